using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Cuda;
using Kron.Generator.Parsing;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Emit;

/// <summary>Emits the file with a layer's calls on a CUDA device: matrix products as constants, elementwise kernels as text and as C#.</summary>
internal static class CudaEmitter
{
    public static GeneratedFile Emit(LayerSpec spec, CudaProgramIr program)
    {
        var writer = new CodeWriter();
        FileHeader.Write(writer, [$"{spec.Type.FullName} on a CUDA device: matrix products of cuBLAS, and the kernels between them.", .. program.Orders], nullable: false);
        TypeScope scope = TypeScope.Open(writer, spec.Type, ["Kron.CompilerServices", "System"], ["Kron.CompilerServices.BatchExtent", "Kron.CompilerServices.DeviceMath"]);
        scope.OpenLayer(writer);
        writer
            .Line("/// <summary>Copies the layer to a CUDA device, with the parameters that it has now.</summary>")
            .Line("/// <param name=\"context\">The device.</param>")
            .Line("/// <exception cref=\"global::Kron.Cuda.CudaException\">The device lacks the memory.</exception>")
            .Line(FileHeader.GeneratedCode)
            .Line($"public global::Kron.Cuda.CudaLayer {GeneratedMembers.ToCudaMethod}(global::Kron.Cuda.CudaContext context) => new global::Kron.Cuda.CudaLayer(context, this, {GeneratedMembers.CudaClass}.CreateProgram());")
            .Line()
            .Line(FileHeader.GeneratedCode)
            .Open($"private static unsafe class {GeneratedMembers.CudaClass}");
        Program(writer, program);
        foreach (DeviceKernel kernel in program.Kernels)
        {
            Kernel(writer, kernel);
        }

        writer.Close();
        scope.Close(writer);
        return new GeneratedFile(spec.Type.KernelHintName("Cuda"), writer.ToString());
    }

    private static void Program(CodeWriter writer, CudaProgramIr program)
    {
        writer
            .Line("/// <summary>The calls of each pass and the memory they need.</summary>")
            .Line("internal static CudaProgram CreateProgram() => new CudaProgram")
            .Open()
            .Line($"ForwardScratchFloats = {CSharpText.Literal(program.ForwardScratch)},")
            .Line($"BackwardScratchFloats = {CSharpText.Literal(program.BackwardScratch)},")
            .Line($"TapeFloats = {CSharpText.Literal(program.Tape)},")
            .Line($"PartialFloats = {CSharpText.Literal(program.Partials)},")
            .Line($"Ones = {CSharpText.Literal(program.Ones)},")
            .Line("Parameters = new CudaParameter[]")
            .Open();
        foreach (DeviceParameter parameter in program.Parameters.Where(each => !each.IsCanonical))
        {
            string axes = string.Join(", ", parameter.Axes.Select(axis => $"new CudaAxis({CSharpText.Literal(axis.Extent)}, {CSharpText.Literal(axis.CanonicalStride)})"));
            writer.Line($"// {parameter.Name} as [{string.Join(", ", parameter.Axes.Select(axis => axis.Dim))}]");
            writer.Line($"new CudaParameter({CSharpText.Literal(parameter.Offset)}, new CudaAxis[] {{ {axes} }}),");
        }

        writer.Close(",");
        Calls(writer, "Forward", program.Forward);
        Calls(writer, "Record", program.Record);
        Calls(writer, "Backward", program.Backward);
        Calls(writer, "InputGradient", program.InputGradient);
        writer.Line("Kernels = new CudaKernel[]").Open();
        foreach (DeviceKernel kernel in program.Kernels)
        {
            writer.Line($"new CudaKernel({CSharpText.Literal(kernel.Name)}, {CSharpText.Literal(kernel.Operands)}, &{kernel.Name}, {Text(kernel)}),");
        }

        writer.Close(",").Close(";");
    }

    private static void Calls(CodeWriter writer, string pass, IEnumerable<DeviceCall> calls)
    {
        writer.Line($"{pass} = new CudaCall[]").Open();
        foreach (DeviceCall call in calls)
        {
            if (call is DeviceGemm product)
            {
                Product(writer, product);
            }
            else if (call is DeviceLaunch launch)
            {
                string operands = string.Join(", ", launch.Operands.Select(operand => $"new CudaOperand({Place(operand.Place)}, {Number(operand.Length)})"));
                writer.Line($"new CudaLaunch({CSharpText.Literal(launch.Kernel)}, {Number(launch.Items)}, {operands}),");
            }
        }

        writer.Close(",");
    }

    private static void Product(CodeWriter writer, DeviceGemm product)
    {
        writer.Line($"// {product.Formula}");
        writer.Line($"new CudaGemm({CSharpText.Literal(product.Name)})").Open();
        writer.Line($"M = {Number(product.M)}, N = {Number(product.N)}, K = {Number(product.K)},");
        Matrix(writer, "A", product.A, product.TransposeA);
        Matrix(writer, "B", product.B, product.TransposeB);
        Matrix(writer, "C", product.C, isTransposed: false);
        if (product.Accumulate)
        {
            writer.Line("Accumulate = true,");
        }

        if (product.Repetitions.Count > 0)
        {
            string repetitions = string.Join(", ", product.Repetitions.Select(each =>
                $"new CudaRepetition({CSharpText.Literal(each.Count)}, {Number(each.A)}, {Number(each.B)}, {Number(each.C)})"));
            writer.Line($"Repetitions = new CudaRepetition[] {{ {repetitions} }},");
        }

        writer.Close(",");
    }

    private static void Matrix(CodeWriter writer, string name, DeviceMatrix matrix, bool isTransposed) =>
        writer.Line($"{name} = new CudaMatrix({Place(matrix.Place)}, {Number(matrix.Leading)}{(isTransposed ? ", transposed: true" : "")}),");

    private static string Place(DevicePlace place) => $"CudaRegion.{place.Region}, {Number(place.Offset)}";

    private static string Number(BatchExtent extent) => extent is { PerSample: true, Count: not 0 } ? $"Samples({CSharpText.Literal(extent.Count)})" : CSharpText.Literal(extent.Count);

    // On one line each, so that the two forms of a kernel can be compared.
    private static string Text(DeviceKernel kernel) => CSharpText.Literal(string.Join("\n", kernel.Body));

    /// <summary>The kernel for the host, where no compiler makes it for the device.</summary>
    private static void Kernel(CodeWriter writer, DeviceKernel kernel)
    {
        writer.Line().Open($"private static void {kernel.Name}(Int64 items, int batch, float** operands)");
        for (int i = 0; i < kernel.Operands; i++)
        {
            writer.Line($"float* p{Invariant.Text(i)} = operands[{Invariant.Text(i)}];");
        }

        writer.Open("for (Int64 t = 0; t < items; t++)");
        foreach (string line in kernel.Body)
        {
            writer.Line(line);
        }

        writer.Close().Close();
    }
}
