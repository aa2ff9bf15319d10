namespace Kron.MachineCode.Tests.Disassembly;

/// <summary>One machine instruction as the disassembler prints it.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Mnemonic">Its name, without prefixes.</param>
/// <param name="Operands">The rest of the line.</param>
internal sealed record Instruction(long Address, string Mnemonic, string Operands);
