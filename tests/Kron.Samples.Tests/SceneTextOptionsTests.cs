using System;
using SceneText;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class SceneTextOptionsTests
{
    [Fact]
    public void Every_option_is_read()
    {
        Options options = Options.Parse(
            ["--data", "d", "--out", "o.md", "--epochs", "4", "--seeds", "5", "--short", "--threads", "3", "--show", "s.ppm", "--help"]);

        options.ShouldBe(new Options { Data = "d", Out = "o.md", Epochs = 4, Seeds = 5, Short = true, Threads = 3, Show = "s.ppm", Help = true });
    }

    [Fact]
    public void Without_options_the_images_are_rendered_and_all_processors_used() =>
        Options.Parse([]).ShouldBe(new Options { Data = null, Out = "scene-text-table.md", Threads = Environment.ProcessorCount });

    [Theory]
    [InlineData("Unknown option '--fast'", "--fast")]
    [InlineData("--data needs a value", "--short", "--data")]
    [InlineData("--seeds needs a positive number, found '0'", "--seeds", "0")]
    [InlineData("--epochs needs a positive number, found 'two'", "--epochs", "two")]
    public void A_wrong_option_is_named(string message, params string[] args) =>
        Should.Throw<FormatException>(() => Options.Parse(args)).Message.ShouldContain(message);
}
