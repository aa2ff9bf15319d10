using System.Text.Json;
using Kron.Cli.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Cli.Tests;

public class BenchTests
{
    [Fact]
    public void A_layer_is_compiled_agrees_with_the_dense_one_and_is_timed()
    {
        JsonElement result = ToolRun.Json(
            "bench", "--shape", "4,3,5,6", "--rank", "2", "--term", "6,2,15,2,1", "--batch", "1,3", "--outputs", "11", "--target", "scalar");
        result.GetProperty("attributes").GetString().ShouldBe(
            "[KroneckerLayer(4, 3, 5, 6, 2, Outputs = 11, Bias = BiasMode.None)]\n[KroneckerTerm(6, 2, 15, 2, 1)]");
        result.GetProperty("target").GetString().ShouldBe("Scalar");
        result.GetProperty("outputs").GetInt32().ShouldBe(11);
        result.GetProperty("inputs").GetInt32().ShouldBe(30);
        result.GetProperty("parameters").GetInt32().ShouldBe((2 * (20 + 18)) + 90 + 4);
        result.GetProperty("denseParameters").GetInt32().ShouldBe(330);
        result.GetProperty("difference").GetDouble().ShouldBeInRange(0, 1e-5);
        JsonElement batches = result.GetProperty("batches");
        batches.GetArrayLength().ShouldBe(2);
        batches[1].GetProperty("batch").GetInt32().ShouldBe(3);
        foreach (JsonElement batch in batches.EnumerateArray())
        {
            double time = batch.GetProperty("microsecondsPerSample").GetDouble(), dense = batch.GetProperty("denseMicrosecondsPerSample").GetDouble();
            time.ShouldBeGreaterThan(0);
            batch.GetProperty("speedUp").GetDouble().ShouldBe(dense / time, 1e-9);
        }
    }

    [Theory]
    [InlineData("needs a layer")]
    [InlineData("--shape needs --rank", "--shape", "2,3,4,5")]
    [InlineData("--rank needs --shape", "--rank", "2")]
    [InlineData("found '2,3'", "--shape", "2,3", "--rank", "1")]
    [InlineData("found '0'", "--shape", "2,3,4,5", "--rank", "0")]
    [InlineData("found '2,3,4,5,0'", "--term", "2,3,4,5,0")]
    [InlineData("found '2,3,4,5,1,IV'", "--term", "2,3,4,5,1,IV")]
    [InlineData("needs --image", "--term", "2,3,4,5,1,II")]
    [InlineData("only 6 × 20", "--term", "2,3,4,5,1", "--inputs", "21")]
    [InlineData("found 'one'", "--term", "2,3,4,5,1", "--batch", "one")]
    [InlineData("Avx512", "--term", "2,3,4,5,1", "--target", "sse")]
    [InlineData("at most", "--term", "16777216,16777216,16777216,16777216,1")]
    public void A_layer_that_is_none_is_refused_in_one_line(string message, params string[] options)
    {
        string error = ToolRun.Fail(2, ["bench", .. options]);
        error.ShouldContain(message);
        error.TrimEnd().Split('\n').Length.ShouldBe(1);
    }
}
