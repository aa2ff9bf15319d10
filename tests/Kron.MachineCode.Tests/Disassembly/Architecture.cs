using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Kron.MachineCode.Tests.Disassembly;

/// <summary>What the instructions of a processor do, as far as an audit asks.</summary>
/// <param name="Name">The name in messages.</param>
/// <param name="MultiplyAdd">Mnemonics of fused multiply-adds.</param>
/// <param name="Separate">Mnemonics of multiplications and additions of floats, which products in a loop should not need.</param>
/// <param name="Call">Mnemonics of calls.</param>
/// <param name="Jump">Mnemonics of jumps, conditional or not.</param>
/// <param name="StackPointer">An address relative to the stack pointer, among operands.</param>
/// <param name="FramePointer">An address relative to the register that may hold the frame's address.</param>
/// <param name="FrameSetup">The instruction that puts the frame's address there; without it the register is any other.</param>
internal sealed record Architecture(string Name, Regex MultiplyAdd, Regex Separate, Regex Call, Regex Jump, Regex StackPointer, Regex FramePointer, Regex FrameSetup)
{
    public static Architecture Arm64 { get; } = new(
        "arm64",
        MultiplyAdd: new Regex("^(fmla|fmls|fmadd|fmsub|fnmadd|fnmsub)$"),
        Separate: new Regex("^(fmul|fadd|fsub|fnmul)$"),
        Call: new Regex("^(bl|blr)$"),
        Jump: new Regex(@"^(b|b\.\w+|cbn?z|tbn?z)$"),
        StackPointer: new Regex(@"\[sp\b"),
        FramePointer: new Regex(@"\[x29\b"),
        FrameSetup: new Regex("^(mov|add) x29, sp"));

    /// <summary>In Intel's syntax.</summary>
    public static Architecture X64 { get; } = new(
        "x64",
        MultiplyAdd: new Regex("^vfn?m(add|sub)"),
        Separate: new Regex("^v(mul|add|sub)[sp]s$"),
        Call: new Regex("^call$"),
        Jump: new Regex("^j[a-z]+$"),
        StackPointer: new Regex(@"\[rsp\b"),
        FramePointer: new Regex(@"\[rbp\b"),
        FrameSetup: new Regex(@"^(mov rbp,rsp|lea rbp,\[rsp)"));

    public bool IsMultiplyAdd(Instruction instruction) => MultiplyAdd.IsMatch(instruction.Mnemonic);

    public bool IsSeparate(Instruction instruction) => Separate.IsMatch(instruction.Mnemonic);

    public bool IsCall(Instruction instruction) => Call.IsMatch(instruction.Mnemonic);

    /// <summary>Where an instruction jumps, if it does and says so.</summary>
    public long? TargetOf(Instruction instruction) =>
        Jump.IsMatch(instruction.Mnemonic) && Destination.Match(instruction.Operands) is { Success: true } match
            ? long.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : null;

    /// <summary>How many of a function's instructions from one index to another read or write its stack frame.</summary>
    public int StackAccesses(Function function, IEnumerable<Instruction> instructions)
    {
        bool framed = function.Body.Any(i => FrameSetup.IsMatch($"{i.Mnemonic} {i.Operands}"));
        return instructions.Count(i => i.Mnemonic != "lea" && (StackPointer.IsMatch(i.Operands) || (framed && FramePointer.IsMatch(i.Operands))));
    }

    // The symbol follows in angle brackets.
    private static Regex Destination { get; } = new(@"\b([0-9a-f]+) <");
}
