using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Kron.MachineCode.Tests.Disassembly;

/// <summary>A function of an object file.</summary>
/// <param name="Symbol">Its name.</param>
/// <param name="Body">Its instructions in order.</param>
internal sealed partial record Function(string Symbol, IReadOnlyList<Instruction> Body)
{
    /// <summary>Every function in what <c>objdump -d --no-show-raw-insn</c> prints.</summary>
    public static IReadOnlyList<Function> Parse(string disassembly)
    {
        List<Function> functions = [];
        List<Instruction> body = [];
        foreach (string line in disassembly.Split('\n'))
        {
            if (Head().Match(line) is { Success: true } head)
            {
                body = [];
                functions.Add(new Function(head.Groups["symbol"].Value, body));
            }
            else if (Line().Match(line) is { Success: true } match)
            {
                body.Add(new Instruction(
                    long.Parse(match.Groups["address"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                    match.Groups["mnemonic"].Value,
                    match.Groups["operands"].Value.Trim()));
            }
        }

        return functions;
    }

    [GeneratedRegex(@"^[0-9a-f]+ <(?<symbol>.*)>:")]
    private static partial Regex Head();

    [GeneratedRegex(@"^\s*(?<address>[0-9a-f]+):\s+(?:(?:rep|repz|repnz|lock|bnd|data16) )*(?<mnemonic>[a-z][\w.]*)(?<operands>.*)$")]
    private static partial Regex Line();
}
