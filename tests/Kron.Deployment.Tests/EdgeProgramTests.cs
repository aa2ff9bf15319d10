using System;
using System.IO;
using System.Linq;
using Edge;
using EdgeTraining;
using Kron.Runtime.Tests.IO;
using Kron.Tests.Shared;
using Shouldly;
using Xunit;

namespace Kron.Deployment.Tests;

/// <summary>samples/Edge in this process: its input and its messages.</summary>
public sealed class EdgeProgramTests : IDisposable
{
    private static readonly string Model = Repository.Path("samples/Edge/digits.safetensors");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_shipped_model_knows_rendered_digits()
    {
        const int Count = 200;
        WrittenDigits digits = WrittenDigits.Render(seed: 5, Count);

        (int code, string output, string error) = Run(Idx(digits), Model);

        code.ShouldBe(0, error);
        string[] lines = output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(Count);
        lines.Where((line, i) => line == $"{digits.Label(i)}").Count().ShouldBeGreaterThanOrEqualTo(Count * 95 / 100);
    }

    [Fact]
    public void Images_with_and_without_a_header_and_weights_inside_and_in_a_file_give_the_same()
    {
        byte[] images = File.ReadAllBytes(Repository.Path("samples/Edge/digits-idx3-ubyte"));

        string classes = Run(images, Model).Output;

        classes.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(20);
        Run(images[16..], Model, "--raw").Output.ShouldBe(classes);
        Run(images, "--scores").Output.ShouldBe(Run(images, Model, "--scores").Output);
        Run(images, "--repeat", "3", Model).ShouldSatisfyAllConditions(run => run.Output.ShouldBe(classes), run => run.Error.ShouldContain("latency of 60 pass(es)"));
    }

    [Fact]
    public void Input_that_is_not_what_it_should_be_is_reported()
    {
        byte[] images = Idx(WrittenDigits.Render(seed: 5, 2));

        Failure(images[..7]).ShouldBe("The images end within their header: expected 16 bytes, found 7.");
        Failure(images[..^1]).ShouldBe("The images end within image 1: expected 784 bytes, found 783.");
        Failure(images[16..]).ShouldStartWith("Expected an IDX file of grey images, which begins with 0x00000803, found 0x");
        Failure([.. images[..8], 0, 0, 0, 32, .. images[12..]]).ShouldBe("Expected images of 28 × 28 pixels, found 32 × 28.");

        string Failure(byte[] input)
        {
            (int code, _, string error) = Run(input, Model);
            code.ShouldBe(1);
            return error.TrimEnd();
        }
    }

    [Fact]
    public void A_model_that_is_missing_or_another_one_is_reported()
    {
        Run([], folder["nowhere"]).ShouldSatisfyAllConditions(run => run.Code.ShouldBe(1), run => run.Error.ShouldContain(folder["nowhere"]));

        new Hidden().Save(folder["other"]);
        Run([], folder["other"]).ShouldSatisfyAllConditions(run => run.Code.ShouldBe(1), run => run.Error.ShouldContain("'0.weight' is missing"));
    }

    [Theory]
    [InlineData("Unknown option '--fast'.", "model", "--fast")]
    [InlineData("Unknown option 'other'.", "model", "other")]
    [InlineData("--repeat needs a positive number, found '0'.", "model", "--repeat", "0")]
    [InlineData("--repeat needs a positive number, found ''.", "model", "--repeat")]
    public void A_mistake_on_the_command_line_shows_the_usage(string message, params string[] args)
    {
        (int code, _, string error) = Run([], args);

        code.ShouldBe(2);
        error.ShouldStartWith(message);
        error.ShouldContain("Usage: Edge");
    }

    [Fact]
    public void Help_shows_the_usage() => Run([], "--help").Output.ShouldStartWith("Usage: Edge");

    private byte[] Idx(WrittenDigits digits)
    {
        digits.Save(folder["images"]);
        return File.ReadAllBytes(folder["images"]);
    }

    private static (int Code, string Output, string Error) Run(byte[] images, params string[] args)
    {
        using var input = new MemoryStream(images);
        using StringWriter output = new(), error = new();
        int code = EdgeProgram.Run(args, input, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
