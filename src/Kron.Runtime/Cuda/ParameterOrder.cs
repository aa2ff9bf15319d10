using System;
using System.Collections.Generic;
using Kron.CompilerServices;

namespace Kron.Cuda;

/// <summary>Moves parameters between the canonical order and that of the device.</summary>
internal static class ParameterOrder
{
    public static void ToDevice(IReadOnlyList<CudaParameter> parameters, ReadOnlySpan<float> canonical, Span<float> device)
    {
        canonical.CopyTo(device);
        foreach (CudaParameter parameter in parameters)
        {
            foreach ((int from, int to) in Elements(parameter))
            {
                device[to] = canonical[from];
            }
        }
    }

    public static void ToCanonical(IReadOnlyList<CudaParameter> parameters, ReadOnlySpan<float> device, Span<float> canonical)
    {
        device.CopyTo(canonical);
        foreach (CudaParameter parameter in parameters)
        {
            foreach ((int to, int from) in Elements(parameter))
            {
                canonical[to] = device[from];
            }
        }
    }

    /// <summary>Each element's place in both orders.</summary>
    private static IEnumerable<(int Canonical, int Device)> Elements(CudaParameter parameter)
    {
        IReadOnlyList<CudaAxis> axes = parameter.Axes;
        int[] at = new int[axes.Count];
        int canonical = parameter.Offset, device = parameter.Offset;
        while (true)
        {
            yield return (canonical, device++);
            int axis = axes.Count - 1;
            for (; axis >= 0 && ++at[axis] == axes[axis].Extent; axis--)
            {
                canonical -= (axes[axis].Extent - 1) * axes[axis].CanonicalStride;
                at[axis] = 0;
            }

            if (axis < 0)
            {
                yield break;
            }

            canonical += axes[axis].CanonicalStride;
        }
    }
}
