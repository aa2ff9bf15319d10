using System;
using Digits;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class DigitsOptionsTests
{
    [Fact]
    public void Every_option_is_read()
    {
        Options options = Options.Parse(["--data", "d", "--out", "o.md", "--seeds", "5", "--short", "--threads", "3", "--cuda", "--show", "s.ppm", "--help"]);

        options.ShouldBe(new Options { Data = "d", Out = "o.md", Seeds = 5, Short = true, Threads = 3, Cuda = true, Show = "s.ppm", Help = true });
    }

    [Fact]
    public void Without_options_the_images_are_rendered_and_all_processors_used() =>
        Options.Parse([]).ShouldBe(new Options { Data = null, Out = "digits-table.md", Threads = Environment.ProcessorCount });

    [Theory]
    [InlineData("Unknown option '--fast'", "--fast")]
    [InlineData("--data needs a value", "--short", "--data")]
    [InlineData("--threads needs a positive number, found '0'", "--threads", "0")]
    [InlineData("--seeds needs a positive number, found '-1'", "--seeds", "-1")]
    [InlineData("--threads needs a positive number, found 'two'", "--threads", "two")]
    public void A_wrong_option_is_named(string message, params string[] args) =>
        Should.Throw<FormatException>(() => Options.Parse(args)).Message.ShouldContain(message);
}
