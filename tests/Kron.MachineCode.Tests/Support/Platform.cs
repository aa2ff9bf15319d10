using System.Collections.Generic;
using Kron.MachineCode.Tests.Disassembly;

namespace Kron.MachineCode.Tests.Support;

/// <summary>What layers are compiled for.</summary>
/// <param name="Target">The target of their kernels.</param>
/// <param name="Runtime">The runtime identifier.</param>
/// <param name="InstructionSet">What the ahead-of-time compiler may use beyond the architecture's baseline.</param>
/// <param name="Architecture">How its instructions are read.</param>
/// <param name="Disassembler">The program that prints them.</param>
/// <param name="Tools">Programs needed besides.</param>
/// <param name="Packages">Where these come from.</param>
internal sealed record Platform(
    KernelTarget Target,
    string Runtime,
    string InstructionSet,
    Architecture Architecture,
    IReadOnlyList<string> Disassembler,
    IReadOnlyList<string> Tools,
    string Packages)
{
    public static Platform Neon { get; } = new(
        KernelTarget.AdvSimd,
        "linux-arm64",
        "",
        Architecture.Arm64,
        ["aarch64-linux-gnu-objdump"],
        ["clang", "aarch64-linux-gnu-gcc"],
        "clang llvm gcc-aarch64-linux-gnu libc6-dev-arm64-cross");

    public static Platform Avx512 { get; } = new(
        KernelTarget.Avx512,
        "linux-x64",
        "x86-64-v4",
        Architecture.X64,
        ["objdump", "-M", "intel"],
        ["clang"],
        "clang llvm binutils zlib1g-dev");

    public override string ToString() => Target.ToString();
}
