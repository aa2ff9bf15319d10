using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Support;

namespace Kron.Generator.Cuda;

/// <summary>
/// How tensors lie on the device. Of what each sample has its own, the samples of a chunk lie beside each other (batch-last): element e
/// of sample s at e·batch + s. Parameters lie as <see cref="Parameters"/> says, and so do their gradients.
/// </summary>
internal sealed class DeviceLayout
{
    private readonly Dictionary<(DeviceRegion Region, int Offset), DeviceParameter> _parameters;

    private DeviceLayout(IEnumerable<DeviceParameter> parameters)
    {
        Parameters = parameters.OrderBy(parameter => parameter.Offset).ToEquatableArray();
        _parameters = new[] { DeviceRegion.Parameters, DeviceRegion.Gradients }
            .SelectMany(region => Parameters.Select(parameter => (Key: (region, parameter.Offset), parameter)))
            .ToDictionary(pair => pair.Key, pair => pair.parameter);
    }

    public EquatableArray<DeviceParameter> Parameters { get; }

    /// <summary>
    /// Chooses the order of each parameter that a contraction of the forward pass reads: dimensions that all three operands share outermost,
    /// then those of the output in its order, then the reduced ones in the order in which the activation has them.
    /// </summary>
    public static DeviceLayout Of(IEnumerable<Node> forward) => new(forward.OfType<Contract>().Select(Order));

    public static DeviceRegion RegionOf(Tensor tensor) => tensor.Region switch
    {
        Region.Input => DeviceRegion.Input,
        Region.Output => DeviceRegion.Output,
        Region.Parameters => DeviceRegion.Parameters,
        Region.Scratch => DeviceRegion.Scratch,
        Region.Tape => DeviceRegion.Tape,
        Region.OutputGradient => DeviceRegion.OutputGradient,
        Region.InputGradient => DeviceRegion.InputGradient,
        Region.Gradients => DeviceRegion.Gradients,
        Region.Constant => DeviceRegion.Ones,
        _ => throw new NotSupportedException($"{tensor.Region} has no place on the device."),
    };

    public static DevicePlace PlaceOf(Tensor tensor) => new(RegionOf(tensor), new BatchExtent(tensor.Offset, tensor.PerSample));

    /// <summary>The first element that an access reads.</summary>
    public static DevicePlace OriginOf(Access access) => new(RegionOf(access.Tensor), new BatchExtent(access.Tensor.Offset + access.Origin, access.Tensor.PerSample));

    /// <summary>Floats by which an access moves with a dimension.</summary>
    public BatchExtent Stride(Access access, string dim)
    {
        if (dim == Dim.Sample)
        {
            return new BatchExtent(access.Tensor.PerSample ? 1 : 0);
        }

        if (!_parameters.TryGetValue((RegionOf(access.Tensor), access.Tensor.Offset), out DeviceParameter? parameter))
        {
            return new BatchExtent(access.Stride(dim), access.Tensor.PerSample);
        }

        int axis = parameter.Axes.ToList().FindIndex(each => each.Dim == dim);
        return new BatchExtent(axis < 0 ? 0 : parameter.Axes.Skip(axis + 1).Aggregate(1L, (stride, inner) => stride * inner.Extent));
    }

    private static DeviceParameter Order(Contract contract)
    {
        Access weight = contract.Right;
        if (weight.Tensor.Region != Region.Parameters || weight.Origin != 0)
        {
            throw new NotSupportedException($"{contract.Name} contracts with {weight.Tensor.Name}, which is no whole parameter.");
        }

        // A dimension of extent 1 is no axis.
        Dim[] dims = [.. contract.Dims.Where(dim => weight.Uses(dim.Name) && dim.Extent > 1)];
        IEnumerable<Dim> shared = dims.Where(dim => contract.Output.Uses(dim.Name) && contract.Left.Uses(dim.Name));
        IEnumerable<Dim> made = dims.Where(dim => contract.Output.Uses(dim.Name) && !contract.Left.Uses(dim.Name));
        IEnumerable<Dim> reduced = dims.Where(dim => !contract.Output.Uses(dim.Name));
        return new DeviceParameter(
            weight.Tensor.Name,
            weight.Tensor.Offset,
            shared.Concat(made.OrderByDescending(dim => contract.Output.Stride(dim.Name)))
                .Concat(reduced.OrderByDescending(dim => contract.Left.Stride(dim.Name)))
                .Select(dim => new DeviceAxis(dim.Name, dim.Extent, weight.Stride(dim.Name)))
                .ToEquatableArray());
    }
}
