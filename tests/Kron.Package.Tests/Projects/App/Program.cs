using System;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;
using Kron;

// Two layers against their definitions in double, each element of each product visited.
var random = new Random(1);
double error = Math.Max(
    Error(new Vectors(), Vectors.Info.Parameters, VectorsByDefinition),
    Error(new Images(), Images.Info.Parameters, ImagesByDefinition));

#if NET10_0
const string Framework = "net10.0";
#elif NET9_0
const string Framework = "net9.0";
#else
const string Framework = "net8.0";
#endif
string compiler = RuntimeFeature.IsDynamicCodeCompiled ? "JIT" : "AOT";
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Framework} {compiler} {new Vectors().Target} {error:E1}"));

// No way through the sums has more than 64 roundings.
return error <= 64 * Math.Pow(2, -24) ? 0 : 1;

// The greatest difference of an output, relative to the sum of the magnitudes that are added up in it.
double Error(ILayer layer, long parameters, Func<double[], double[], (double Sum, double Magnitude)[]> definition)
{
    const int Batch = 3;
    if (layer.Parameters.Length != parameters)
    {
        return double.PositiveInfinity;
    }

    Fill(layer.Parameters);
    layer.Commit();
    var input = new float[Batch * layer.InputSize];
    var output = new float[Batch * layer.OutputSize];
    Fill(input);
    layer.Forward(input, output);

    double[] weights = layer.Parameters.ToArray().Select(value => (double)value).ToArray();
    double worst = 0;
    for (int s = 0; s < Batch; s++)
    {
        double[] sample = input.Skip(s * layer.InputSize).Take(layer.InputSize).Select(value => (double)value).ToArray();
        (double Sum, double Magnitude)[] expected = definition(weights, sample);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(output[(s * expected.Length) + i] - Math.Max(expected[i].Sum, 0));
            worst = Math.Max(worst, difference / expected[i].Magnitude);
        }
    }

    return worst;
}

void Fill(Span<float> values)
{
    foreach (ref float value in values)
    {
        value = random.NextSingle() - 0.5f;
    }
}

static (double Sum, double Magnitude)[] VectorsByDefinition(double[] weights, double[] x)
{
    const int Outputs = 48;
    var y = new (double Sum, double Magnitude)[Outputs];
    int at = 0;
    foreach ((int m1, int m2, int n1, int n2, int r) in new[] { (8, 6, 10, 9, 2), (12, 4, 15, 6, 1) })
    {
        int a = at, b = a + (r * m1 * n1);
        at = b + (r * m2 * n2);
        for (int t = 0; t < r; t++)
        {
            for (int i = 0; i < m1 * m2; i++)
            {
                for (int j = 0; j < n1 * n2; j++)
                {
                    double left = weights[a + (((t * m1) + (i / m2)) * n1) + (j / n2)];
                    double right = weights[b + (((t * m2) + (i % m2)) * n2) + (j % n2)];
                    Add(ref y[i], left * right * x[j]);
                }
            }
        }
    }

    for (int i = 0; i < Outputs; i++)
    {
        Add(ref y[i], weights[at + i]);
    }

    return y;
}

// A [2, 2, 3, 3, 1] and B [2, 2, 1, 1, 3]: a kernel [4, 3, 3, 3] over an image [3, 8, 9], every second pixel, one of padding.
static (double Sum, double Magnitude)[] ImagesByDefinition(double[] weights, double[] x)
{
    const int Terms = 2, O1 = 2, O2 = 2, C = 3, Taps = 3, Height = 8, Width = 9, Rows = 4, Columns = 5;
    const int B = Terms * O1 * C * Taps, Bias = B + (Terms * O2 * Taps);
    var y = new (double Sum, double Magnitude)[O1 * O2 * Rows * Columns];
    for (int i = 0; i < y.Length; i++)
    {
        int o = i / (Rows * Columns), row = i / Columns % Rows, column = i % Columns;
        Add(ref y[i], weights[Bias + o]);
        for (int t = 0; t < Terms; t++)
        {
            for (int c = 0; c < C; c++)
            {
                for (int v = 0; v < Taps; v++)
                {
                    for (int h = 0; h < Taps; h++)
                    {
                        int py = (2 * row) + v - 1, px = (2 * column) + h - 1;
                        if (py is >= 0 and < Height && px is >= 0 and < Width)
                        {
                            double left = weights[(((((t * O1) + (o / O2)) * C) + c) * Taps) + v];
                            double right = weights[B + (((t * O2) + (o % O2)) * Taps) + h];
                            Add(ref y[i], left * right * x[(((c * Height) + py) * Width) + px]);
                        }
                    }
                }
            }
        }
    }

    return y;
}

static void Add(ref (double Sum, double Magnitude) sum, double value) => sum = (sum.Sum + value, sum.Magnitude + Math.Abs(value));

[KroneckerLayer(8, 6, 10, 9, 2, Activation = Activation.Relu)]
[KroneckerTerm(12, 4, 15, 6, 1)]
public sealed partial class Vectors;

[KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 2, Height = 8, Width = 9, Stride = 2, Padding = 1, Activation = Activation.Relu)]
public sealed partial class Images;
