using System.Collections.Generic;
using System.Linq;
using System.Text;
using Kron.Benchmarks.Layers;

namespace Kron.MachineCode.Tests.Support;

/// <summary>The layers whose machine code is looked at: those of the performance tables, and dense ones.</summary>
internal static class AuditedLayers
{
    public static IReadOnlyList<Subject> All { get; } =
    [
        .. Shapes.Products.Select(Shapes.WithEpilogue),
        .. Dense((64, 64), (256, 784), (512, 512), (1000, 2048), (100, 300), (4096, 4096)),
        .. Convolutions.All,
        .. Convolutions.Dense,
    ];

    /// <summary>A class for each, and a program that reaches all of their kernels.</summary>
    public static string Source()
    {
        var text = new StringBuilder("using System;\nusing Kron;\n\nforeach (ILayer layer in new ILayer[] { ");
        text.AppendJoin(", ", All.Select((_, index) => $"new Layer{index}()"));
        text.Append(
            """
             })
            {
                var input = new float[layer.InputSize];
                var output = new float[layer.OutputSize];
                LayerTape tape = layer.CreateTape(1);
                layer.Forward(input, output);
                layer.Forward(input, output, tape);
                layer.Backward(input, output, input, tape);
            }


            """);
        for (int i = 0; i < All.Count; i++)
        {
            text.Append(All[i].Case.Attributes()).Append($"\ninternal sealed partial class Layer{i};\n\n");
        }

        return text.ToString();
    }

    private static IEnumerable<Subject> Dense(params (int Outputs, int Inputs)[] sizes) =>
        sizes.Select(size => Subject.Dense(Subject.Product(size.Outputs, 1, size.Inputs, 1, 1)));
}
