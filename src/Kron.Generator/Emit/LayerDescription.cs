using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Kron.Generator.Ir;
using Kron.Generator.Parsing;
using Kron.Generator.Spec;

namespace Kron.Generator.Emit;

/// <summary>Describes a layer to the reader of its generated code.</summary>
internal static class LayerDescription
{
    /// <summary>The equation, shapes, sizes against the dense layer's, and what was chosen for each target.</summary>
    public static IEnumerable<string> Of(LayerSpec spec, IReadOnlyList<LayerProgramIr> programs)
    {
        yield return $"{spec.Type.FullName}: {Equation(spec)}";
        foreach (string attribute in spec.Attributes.Split('\n'))
        {
            yield return "    " + attribute;
        }

        yield return string.Empty;
        yield return $"{CSharpText.Grouped(spec.Inputs)} inputs, {Outputs(spec)}";
        foreach (string shape in Shapes(spec))
        {
            yield return shape;
        }

        long dense = (long)spec.Outputs * spec.Inputs;
        long denseBias = spec.Epilogue.Bias == BiasKind.None ? 0 : spec.Outputs;
        yield return Count("parameters", Parameters(spec), dense + denseBias, spec.IsDense);
        yield return Count("multiply-adds per sample", MultiplyAdds(spec), dense, spec.IsDense);
        foreach (LayerProgramIr program in programs)
        {
            yield return string.Empty;
            yield return $"{program.Target.Name}: {CSharpText.Grouped(program.SampleBlock)} samples per block, {Bytes(program.Sizes.Packed)} of packed weights (training {Bytes(program.Sizes.TrainingPacked)} more), {Bytes(program.Sizes.ForwardScratch)} of scratch";
            foreach (string choice in program.Choices)
            {
                yield return "    " + choice;
            }
        }
    }

    /// <summary>The layer as a formula: <c>y = relu(Σ_{i≤5} (A_i ⊗ B_i) x + b)</c>.</summary>
    public static string Equation(LayerSpec spec)
    {
        if (spec.IsDense)
        {
            return $"y = {Activated(spec.Epilogue, "W x" + Bias(spec.Epilogue))}";
        }

        bool several = spec.Groups.Count > 1;
        IEnumerable<string> groups = spec.Groups.Select((group, index) =>
        {
            string tag = several ? CSharpText.Literal(index) : string.Empty;
            string term = $"(A{tag}_i ⊗ B{tag}_i) x";
            string sum = group.R == 1 ? string.Empty : $"Σ_{{i≤{CSharpText.Literal(group.R)}}} ";
            return sum + (spec.Epilogue.PerTerm ? Activated(spec.Epilogue, term + Bias(spec.Epilogue, tag)) : term);
        });
        string linear = string.Join(" + ", groups);
        return "y = " + (spec.Epilogue.PerTerm ? linear : Activated(spec.Epilogue, linear + Bias(spec.Epilogue)));
    }

    private static string Bias(EpilogueSpec epilogue, string tag = "") => epilogue.Bias switch
    {
        BiasKind.None => string.Empty,
        BiasKind.PerTerm => $" + b{tag}_i",
        _ => " + b",
    };

    private static string Activated(EpilogueSpec epilogue, string argument) => epilogue.Activation switch
    {
        ActivationKind.None => argument,
        ActivationKind.LeakyRelu => $"leakyrelu_{CSharpText.Literal(epilogue.Slope).TrimEnd('f')}({argument})",
        ActivationKind.Maxout => $"max_{CSharpText.Literal(epilogue.Pieces)}({argument})",
        _ => $"{epilogue.Activation.ToString().ToLowerInvariant()}({argument})",
    };

    private static string Outputs(LayerSpec spec) => spec.Epilogue.Pieces == 1
        ? $"{CSharpText.Grouped(spec.Outputs)} outputs"
        : $"{CSharpText.Grouped(spec.Outputs)} pre-activations, {CSharpText.Grouped(spec.OutputSize)} outputs";

    private static IEnumerable<string> Shapes(LayerSpec spec)
    {
        if (spec.IsDense)
        {
            yield return $"W [{CSharpText.Literal(spec.Outputs)} × {CSharpText.Literal(spec.Inputs)}]";
        }

        for (int index = 0; index < spec.Groups.Count; index++)
        {
            GroupSpec group = spec.Groups[index];
            string tag = spec.Groups.Count > 1 ? CSharpText.Literal(index) : string.Empty;
            string reading = group.Formulation == FormulationKind.Matrix ? string.Empty : $", formulation {group.Formulation}";
            yield return $"A{tag} [{CSharpText.Literal(group.M1)} × {CSharpText.Literal(group.N1)}], B{tag} [{CSharpText.Literal(group.M2)} × {CSharpText.Literal(group.N2)}], {CSharpText.Literal(group.R)} product{(group.R == 1 ? "" : "s")}{reading}";
        }
    }

    private static BigInteger Parameters(LayerSpec spec)
    {
        BigInteger weights = spec.IsDense ? (BigInteger)spec.Outputs * spec.Inputs : Costs.Parameters(spec.Groups);
        return weights + spec.Epilogue.Bias switch
        {
            BiasKind.None => 0,
            BiasKind.PerTerm => spec.Groups.Sum(group => (long)group.R) * spec.Outputs,
            _ => spec.Outputs,
        };
    }

    private static BigInteger MultiplyAdds(LayerSpec spec) =>
        spec.IsDense ? (BigInteger)spec.Outputs * spec.Inputs : Costs.MultiplyAdds(spec.Groups);

    private static string Count(string what, BigInteger count, BigInteger dense, bool isDense) => isDense
        ? $"{CSharpText.Grouped(count)} {what}"
        : $"{CSharpText.Grouped(count)} {what}; a dense layer has {CSharpText.Grouped(dense)}, {Ratio(dense, count)} times as many";

    private static string Ratio(BigInteger dense, BigInteger count) =>
        ((double)dense / (double)count).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Bytes(long floats) => floats < 2048
        ? $"{CSharpText.Grouped(floats * 4)} bytes"
        : $"{CSharpText.Grouped((floats * 4) / 1024)} KiB";
}
