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
        "a.b", @"a\.b", "a?b", "a??b", "a*b", "a+?b", "(ab)", "(?:ab|q)", "(?P<x>q|a)b?", "[a-z]+", "[^.]+", "[]a-]+b", @"[\w.]+", @"[\d]+", @"\w+\d", @"\S+",
        @"\W+", @"\D+", @"\s*q", "x{2}", "x{1,2}", "x{,2}", "x{2,}", @"x\{2\}", "x{2", "x{,}", "x{a}", "|q", "q|", "(|q)_proj", "((q|v)_)*proj", @"\Aq\Z", "[a-]b", @"a[\]\-]b",
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
    [InlineData("(", "a group without end before character 1")]
    [InlineData(")", "an unmatched ')'")]
    [InlineData("a)b", "an unmatched ')'")]
    [InlineData("[", "a class without end")]
    [InlineData("[]", "a class without end")]
    [InlineData("[^", "a class without end")]
    [InlineData("[b-a]", "a range without ends in order")]
    [InlineData(@"[a-\d]", "a range without ends in order")]
    [InlineData("\\", "an escape without end")]
    [InlineData(@"\1", @"an escape '\1', which is not read")]
    [InlineData(@"\bq", @"an escape '\b', which is not read")]
    [InlineData("*q", "a repetition of nothing")]
    [InlineData("(+)", "a repetition of nothing")]
    [InlineData("a**", "a repetition of a repetition")]
    [InlineData("a*+", "a repetition of a repetition")]
    [InlineData("a{2}{3}", "a repetition of a repetition")]
    [InlineData("a{3,2}", "a repetition from more to less")]
    [InlineData("a{99999999999}", "too large a number")]
    [InlineData("a{2147483647}", "too many repetitions")]
    [InlineData("((a{1,9}){1,9}){1,9}", "too many repetitions")]
    [InlineData("(?=q)q", "a group of a kind that is not read")]
    [InlineData("(?i)q", "a group of a kind that is not read")]
    [InlineData("(?P<n", "a group's name without end")]
    [InlineData("(?P=n)", "a group of a kind that is not read")]
    public void What_is_not_read_is_named(string expression, string expected) =>
        Should.Throw<FormatException>(() => NamePattern.Parse(expression)).Message.ShouldContain(expected);

    [Fact]
    public void Depth_and_ambiguity_cost_no_more_than_length()
    {
        Should.Throw<FormatException>(() => NamePattern.Parse(new string('(', 100_000))).Message.ShouldContain("groups more than 50 deep");
        NamePattern.Parse(new string('(', 49) + "a" + new string(')', 49)).IsMatch("a").ShouldBeTrue();

        NamePattern.Parse("(a|a|aa|(a+)+)*b").IsMatch(new string('a', 100_000)).ShouldBeFalse();
        NamePattern.Parse("(()*)*|((a?)*)*").IsMatch(new string('a', 100_000)).ShouldBeTrue();
    }
}
