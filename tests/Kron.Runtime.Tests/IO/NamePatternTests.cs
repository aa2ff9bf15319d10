using System;
using System.Linq;
using System.Text.Json;
using Kron.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.IO;

public sealed class NamePatternTests
{
    private static readonly string[] Names =
        ["", "q", "q_proj", "proj", "model.layers.0.q_proj", "model.layers.11.self_attn.v_proj", "model.layers.7.mlp", "a.b", "ab", "a-b", "a]b", "x{2}", "xx", "é9", "up.0.", "A"];

    private static readonly string[] Patterns =
    [
        "q_proj", "proj", "q.proj", @"layers\.0\.q_proj", @"^model\.layers\.\d+\.(q|v)_proj", @"model\.layers\.\d+\..*_proj$", ".*", ".+", "", "^", "$", "^$",
        "a.b", @"a\.b", "a?b", "a??b", "a*b", "a+?b", "(ab)", "(?:ab|q)", "[a-z]+", "[^.]+", @"[\w.]+", @"[\d]+", @"\w+\d", @"\S+",
        @"\W+", @"\D+", @"\s*q", "x{2}", "x{1,2}", "x{2,}", @"x\{2\}", "x{2", "x{a}", "|q", "q|", "(|q)_proj", "((q|v)_)*proj", @"\Aq\Z", "[a-]b", @"a[\]\-]b",
        @"(layers|mlp)\.\d{1,2}\..*", "(a|b|)+", "^q|b$", @"\.", @"0\.", "[A-Z]", @"(.*\.)?[0-9]+\.mlp", "é.",
    ];

    [NumpyFact]
    public void Matches_are_those_of_Python()
    {
        string answer = NumpyFactAttribute.Run(
            """
            import json, re, sys
            names, patterns = json.loads(sys.argv[1])
            print(json.dumps([[re.match(rf'(.*\.)?({pattern})$', name) is not None for name in names] for pattern in patterns]))
            """,
            JsonSerializer.Serialize((string[][])[Names, Patterns]));

        bool[][] expected = JsonSerializer.Deserialize<bool[][]>(answer)!;
        expected.SelectMany(row => row).Count(matches => matches).ShouldBeGreaterThan(100);
        for (int i = 0; i < Patterns.Length; i++)
        {
            NamePattern pattern = NamePattern.Parse(Patterns[i]);
            for (int j = 0; j < Names.Length; j++)
            {
                pattern.IsMatch(Names[j]).ShouldBe(expected[i][j], $"'{Patterns[i]}' and '{Names[j]}'");
            }
        }
    }

    [Theory]
    [InlineData("(")]
    [InlineData("a)b")]
    [InlineData("[")]
    [InlineData("[b-a]")]
    [InlineData("\\")]
    [InlineData("*q")]
    [InlineData("a**")]
    [InlineData("a{3,2}")]
    [InlineData("(?P<n")]
    public void What_is_malformed_is_refused(string expression) => Should.Throw<FormatException>(() => NamePattern.Parse(expression));

    [Fact]
    public void Neither_depth_nor_ambiguity_takes_more_than_patience()
    {
        Should.Throw<FormatException>(() => NamePattern.Parse(new string('(', 100_000))).Message.ShouldContain("100000 characters; expected at most 1000");
        NamePattern.Parse(new string('(', 499) + "a" + new string(')', 499)).IsMatch("a").ShouldBeTrue();
        Should.Throw<FormatException>(() => NamePattern.Parse("(a|a|aa|(a+)+)*b").IsMatch(new string('a', 100_000))).Message.ShouldContain("takes more than 250 ms");
    }
}
