using System;
using Figure1;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class FigureOptionsTests
{
    [Fact]
    public void Every_option_is_read()
    {
        Options options = Options.Parse(["--image", "i.png", "--output", "o.svg", "--table", "t.md", "--ranks", "1,3,20", "--size", "2000", "-h"]);

        options.ShouldBe(new Options { Image = "i.png", Output = "o.svg", Table = "t.md", Ranks = options.Ranks, Size = 2000, Help = true });
        options.Ranks.ShouldBe([1, 3, 20]);
    }

    [Fact]
    public void Without_options_the_scene_is_drawn_at_the_ranks_of_the_paper()
    {
        Options options = Options.Parse([]);

        options.Image.ShouldBeNull();
        options.Table.ShouldBeNull();
        options.Help.ShouldBeFalse();
        options.Output.ShouldBe("figure1.svg");
        options.Ranks.ShouldBe([1, 2, 5, 10]);
    }

    [Theory]
    [InlineData("Unknown option 'photo.png'", "photo.png")]
    [InlineData("--image needs a value", "--image")]
    [InlineData("--output needs a value", "--output", "")]
    [InlineData("--size needs a number of pixels from 16 to 2000, found '15'", "--size", "15")]
    [InlineData("found '2001'", "--size", "2001")]
    [InlineData("found '99999999999'", "--size", "99999999999")]
    [InlineData("--ranks needs increasing positive numbers separated by commas, such as 1,2,5,10; found '2,1'", "--ranks", "2,1")]
    [InlineData("found '0,1'", "--ranks", "0,1")]
    [InlineData("found '1,,2'", "--ranks", "1,,2")]
    [InlineData("found '1,1'", "--ranks", "1,1")]
    [InlineData("found '-1'", "--ranks", "-1")]
    [InlineData("found 'ten'", "--ranks", "ten")]
    public void A_wrong_option_is_named(string message, params string[] args) =>
        Should.Throw<FormatException>(() => Options.Parse(args)).Message.ShouldContain(message);
}
