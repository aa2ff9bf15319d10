using System.Linq;
using Kron.MachineCode.Tests.Disassembly;
using Shouldly;
using Xunit;

namespace Kron.MachineCode.Tests;

/// <summary>Finding and counting, on text whose counts are known.</summary>
public class InnerLoopTests
{
    // A 2x1 tile over pairs of steps: an outer loop, an inner one, and a sum that found no register.
    private const string Arm64 =
        """

        program.o:     file format elf64-littleaarch64

        0000000000001000 <before>:
            1000:	ret

        0000000000001010 <program_Layer0_AdvSimdKernels__ContractB_2x1>:
            1010:	stp	x29, x30, [sp, #-48]!
            1014:	mov	x29, sp
            1018:	ldr	q8, [x29, #16]
            101c:	cbz	x0, 1058 <program_Layer0_AdvSimdKernels__ContractB_2x1+0x48>
            1020:	ldp	q16, q17, [x1]
            1024:	str	q9, [x29, #32]
            1028:	fmla	v0.4s, v16.4s, v18.s[0]
            102c:	fmla	v1.4s, v16.4s, v18.s[1]
            1030:	ldr	q9, [sp, #32]
            1034:	fmla	v0.4s, v17.4s, v19.s[0]
            1038:	fmul	v2.4s, v17.4s, v19.4s
            103c:	add	x1, x1, #0x20
            1040:	cmp	x1, x3
            1044:	b.cc	1020 <program_Layer0_AdvSimdKernels__ContractB_2x1+0x10>  // b.lo, b.ul, b.last
            1048:	fmla	v0.4s, v1.4s, v2.4s
            104c:	sub	x4, x4, #0x1
            1050:	cbnz	x4, 101c <program_Layer0_AdvSimdKernels__ContractB_2x1+0xc>
            1054:	str	q0, [sp, #16]
            1058:	ldp	x29, x30, [sp], #48
            105c:	ret
        """;

    private const string X64 =
        """
        0000000000002000 <program_Layer3_Avx512Kernels__ContractA_8x2_Tail3_Add>:
            2000:	push   rbp
            2001:	mov    rbp,rsp
            2004:	vmovups zmm0,ZMMWORD PTR [rdi]
            2008:	vfmadd231ps zmm1,zmm0,DWORD PTR [rsi]{1to16}
            200c:	vfnmadd213ps zmm2,zmm0,zmm3
            2010:	vmovups zmm4,ZMMWORD PTR [rbp-0x40]
            2014:	vaddps zmm4,zmm4,zmm1
            2018:	add    rdi,0x40
            201c:	cmp    rdi,rax
            201f:	jb     2004 <program_Layer3_Avx512Kernels__ContractA_8x2_Tail3_Add+0x4>
            2021:	call   3000 <elsewhere>
            2026:	vfmadd231ps zmm1,zmm0,zmm5
            202a:	jne    2021 <program_Layer3_Avx512Kernels__ContractA_8x2_Tail3_Add+0x21>
            202c:	pop    rbp
            202d:	ret
        """;

    [Fact]
    public void InstructionsAreReadAsTheyArePrinted()
    {
        Function[] functions = [.. Function.Parse(Arm64)];
        functions.Select(f => f.Symbol).ShouldBe(["before", "program_Layer0_AdvSimdKernels__ContractB_2x1"]);
        functions[0].Body.ShouldBe([new Instruction(0x1000, "ret", "")]);
        functions[1].Body.Count.ShouldBe(20);
        functions[1].Body[4].ShouldBe(new Instruction(0x1020, "ldp", "q16, q17, [x1]"));
        Function.Parse(X64).Single().Body[9].ShouldBe(new Instruction(0x201f, "jb", "2004 <program_Layer3_Avx512Kernels__ContractA_8x2_Tail3_Add+0x4>"));
    }

    [Fact]
    public void OnlyTheInnermostLoopIsCounted()
    {
        Function function = Function.Parse(Arm64)[1];
        InnerLoop loop = InnerLoop.Of(function, Architecture.Arm64).ShouldHaveSingleItem();
        loop.ShouldBe(new InnerLoop(function, Instructions: 10, MultiplyAdds: 3, Separate: 1, StackAccesses: 2));
        loop.InstructionsPerMultiplyAdd.ShouldBe(10.0 / 3);
    }

    [Fact]
    public void ALoopThatCallsIsNone()
    {
        Function function = Function.Parse(X64).Single();
        InnerLoop.Of(function, Architecture.X64).ShouldBe([new InnerLoop(function, Instructions: 8, MultiplyAdds: 2, Separate: 1, StackAccesses: 1)]);
    }

    [Fact]
    public void AFramePointerThatHoldsNoFrameIsAnyOtherRegister()
    {
        Function frameless = Function.Parse(X64.Replace("mov    rbp,rsp", "mov    rbp,rdi")).Single();
        InnerLoop.Of(frameless, Architecture.X64).Single().StackAccesses.ShouldBe(0);
        Function spilling = Function.Parse(X64.Replace("[rbp-0x40]", "[rsp+0x40]").Replace("mov    rbp,rsp", "mov    rbp,rdi")).Single();
        InnerLoop.Of(spilling, Architecture.X64).Single().StackAccesses.ShouldBe(1);
    }

    [Fact]
    public void WithoutALoopThereIsNothingToCount() => InnerLoop.Of(Function.Parse(Arm64)[0], Architecture.Arm64).ShouldBeEmpty();
}
