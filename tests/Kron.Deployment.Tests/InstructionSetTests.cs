using System.IO;
using Kron.Runtime.Tests.IO;
using Kron.Tests.Shared;
using Shouldly;
using Xunit;

namespace Kron.Deployment.Tests;

/// <summary>The package's MSBuild targets in a project of nothing else.</summary>
public sealed class InstructionSetTests
{
    private const string Avx2 = "avx2,fma,bmi,bmi2,lzcnt";
    private const string Avx512 = Avx2 + ",avx512f,avx512f_vl,avx512bw,avx512cd,avx512dq";

    [Theory]
    [InlineData("net8.0", "portable", "")]
    [InlineData("net8.0", "avx2", Avx2)]
    [InlineData("net9.0", "AVX2", Avx2)]
    [InlineData("net9.0", "Avx512", Avx512)]
    [InlineData("net9.0", "native", "native")]
    [InlineData("net10.0", "Portable", "")]
    [InlineData("net10.0", "avx2", "x86-64-v3")]
    [InlineData("net10.0-windows", "avx512", "x86-64-v4")]
    [InlineData("net11.0", "avx512", "x86-64-v4")]
    [InlineData("net10.0", "NATIVE", "native")]
    public void An_instruction_set_becomes_the_option_of_the_frameworks_compiler(string framework, string name, string option)
    {
        CommandResult run = Evaluate($"-p:TargetFramework={framework}", $"-p:KronInstructionSet={name}").EnsureSuccess();

        run.Error.ShouldBeEmpty();
        run.Output.Trim().ShouldBe(option);
    }

    [Fact]
    public void Nobodys_choice_is_a_warning()
    {
        CommandResult run = Evaluate().EnsureSuccess();

        run.Error.ShouldContain("warning KRONAOT001: ");
    }

    [Fact]
    public void A_compilers_option_of_the_projects_own_is_a_choice()
    {
        CommandResult run = Evaluate("-p:IlcInstructionSet=x86-64-v3").EnsureSuccess();

        run.Error.ShouldBeEmpty();
        run.Output.Trim().ShouldBe("x86-64-v3");
    }

    [Fact]
    public void An_unknown_name_is_an_error()
    {
        CommandResult run = Evaluate("-p:KronInstructionSet=avx");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("error KRONAOT002: KronInstructionSet is 'avx'; expected portable, avx2, avx512 or native.");
    }

    [Theory]
    [InlineData("portable")]
    [InlineData("avx512")]
    public void Two_choices_are_an_error(string name)
    {
        CommandResult run = Evaluate($"-p:KronInstructionSet={name}", "-p:IlcInstructionSet=native");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain($"error KRONAOT003: KronInstructionSet is '{name}', ");
        run.Error.ShouldContain("set to 'native'");
    }

    [Fact]
    public void The_same_choice_twice_is_none()
    {
        CommandResult run = Evaluate("-p:TargetFramework=net10.0", "-p:KronInstructionSet=avx2", "-p:IlcInstructionSet=x86-64-v3").EnsureSuccess();

        run.Error.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("avx512")]
    public void Arm64_needs_no_choice_and_takes_no_option_of_x64(string name)
    {
        CommandResult run = Evaluate("-p:RuntimeIdentifier=linux-arm64", $"-p:KronInstructionSet={name}").EnsureSuccess();

        run.Error.ShouldBeEmpty();
        run.Output.Trim().ShouldBeEmpty();
    }

    [Fact]
    public void A_project_that_is_not_compiled_ahead_of_time_is_left_alone()
    {
        CommandResult run = Evaluate("-p:PublishAot=false").EnsureSuccess();

        run.Error.ShouldBeEmpty();
    }

    /// <summary>Runs what publishing runs first; the output is the compiler's option, the error stream has the messages.</summary>
    private static CommandResult Evaluate(params string[] properties)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["test.proj"], $"""
            <Project>
              <Import Project="{Repository.Path("src/Kron.Generator/buildTransitive/Kron.targets")}" />
              <Target Name="PrepareForPublish" />
            </Project>
            """);
        return Command.Dotnet(
            ["msbuild", folder["test.proj"], "-t:PrepareForPublish", "-getProperty:IlcInstructionSet", "-p:PublishAot=true", "-p:RuntimeIdentifier=linux-x64", .. properties]).Run();
    }
}
