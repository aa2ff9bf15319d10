using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Cuda;

/// <summary>Makes the call plan of a fully-connected layer of the same dataflow that its kernels are compiled from.</summary>
internal sealed class CudaLowering
{
    private readonly DeviceLayout _layout;
    private readonly List<DeviceKernel> _kernels = [];

    private CudaLowering(DeviceLayout layout) => _layout = layout;

    /// <summary>The call plan, or null for a layer of images.</summary>
    /// <param name="spec">The layer.</param>
    /// <param name="plan">Its plan for processors, which serves a device too unless another order costs it less.</param>
    public static CudaProgramIr? Lower(LayerSpec spec, LayerPlan plan)
    {
        if (spec.Window is not null)
        {
            return null;
        }

        if (spec.Groups.Any(group => DeviceCosts.IsBFirst(group, spec.Window) != Costs.IsBFirst(group)))
        {
            plan = LayerPlan.Of(spec, DeviceCosts.IsBFirst);
        }

        var lowering = new CudaLowering(DeviceLayout.Of(plan.Forward.Nodes));
        EquatableArray<DeviceCall> forward = lowering.Calls(plan.Forward), record = lowering.Calls(plan.Record);
        EquatableArray<DeviceCall> backward = lowering.Calls(plan.Backward), inputGradient = lowering.Calls(plan.InputGradient);
        DeviceGemm[] products = [.. forward.Concat(record).Concat(backward).Concat(inputGradient).OfType<DeviceGemm>()];
        return new CudaProgramIr(
            lowering._layout.Parameters,
            forward,
            record,
            backward,
            inputGradient,
            lowering._kernels.ToEquatableArray(),
            plan.ForwardScratch,
            plan.BackwardScratch,
            plan.Tape,
            Most(products.Where(product => product.A.Place.Region == DeviceRegion.Partials), product => product.M.Count * product.K.Count),
            Most(products.Where(product => product.B.Place.Region == DeviceRegion.Ones && !product.K.PerSample), product => product.K.Count),
            plan.Orders);
    }

    private static long Most(IEnumerable<DeviceGemm> products, Func<DeviceGemm, long> size) => products.Select(size).DefaultIfEmpty(0).Max();

    private EquatableArray<DeviceCall> Calls(Dataflow flow) => flow.Nodes.SelectMany(Calls).ToEquatableArray();

    private IEnumerable<DeviceCall> Calls(Node node) => node switch
    {
        Contract contract => GemmLowering.Lower(contract, _layout),
        Map { Output.Tensor.PerSample: false } map => GemmLowering.Lower(SumOverSamples(map), _layout),
        _ => [Launch(node)],
    };

    /// <summary>A sum over samples as the product with a vector of ones.</summary>
    private static Contract SumOverSamples(Map map) => map is { Fold: Fold.Add, Value: Read { Access.Tensor.PerSample: true } read }
        ? new Contract(map.Name, map.Dims, map.Output, read.Access, new Access(new Tensor("ones", Region.Constant, [], PerSample: true), []), map.Accumulate)
        : throw new NotSupportedException($"{map.Name} is no plain sum over samples.");

    private DeviceLaunch Launch(Node node)
    {
        ItemText text = ItemText.Of(node);
        EquatableArray<string> body = text.Lines.ToEquatableArray();
        DeviceKernel? kernel = _kernels.FirstOrDefault(each => each.Operands == text.Operands.Count && each.Body.Equals(body));
        if (kernel is null)
        {
            int same = _kernels.Count(each => each.Name == node.Name || each.Name.StartsWith(node.Name + "_", StringComparison.Ordinal));
            kernel = new DeviceKernel(same == 0 ? node.Name : $"{node.Name}_{Invariant.Text(same + 1)}", text.Operands.Count, body);
            _kernels.Add(kernel);
        }

        return new DeviceLaunch(
            kernel.Name,
            text.Items,
            text.Operands.Select(tensor => new DeviceOperand(DeviceLayout.PlaceOf(tensor), new BatchExtent(tensor.Size, tensor.PerSample))).ToEquatableArray());
    }
}
