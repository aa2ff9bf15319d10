using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;

namespace Kron.Cuda.Device.Bench;

/// <summary>What a call of a plan has to do at least.</summary>
/// <param name="MultiplyAdds">Of matrix products.</param>
/// <param name="Bytes">Operands that are read and written, each once.</param>
/// <param name="Launches">Calls to the device.</param>
internal readonly record struct CallWork(double MultiplyAdds, double Bytes, long Launches)
{
    public static CallWork Of(CudaCall call, int batch) => call is CudaGemm product ? Of(product, batch) : Of((CudaLaunch)call, batch);

    /// <summary>The sum over calls.</summary>
    public static CallWork Of(IEnumerable<CudaCall> calls, int batch) => calls.Select(call => Of(call, batch)).Aggregate(
        default(CallWork),
        (sum, call) => new CallWork(sum.MultiplyAdds + call.MultiplyAdds, sum.Bytes + call.Bytes, sum.Launches + call.Launches));

    private static CallWork Of(CudaGemm product, int batch)
    {
        double m = product.M.At(batch), n = product.N.At(batch), k = product.K.At(batch), a = m * k, b = k * n, c = m * n, products = 1;
        long launches = 1;
        for (int i = 0; i < product.Repetitions.Count; i++)
        {
            // A matrix that does not move is the same one in all repetitions.
            CudaRepetition each = product.Repetitions[i];
            products *= each.Count;
            a *= each.A.Count == 0 ? 1 : each.Count;
            b *= each.B.Count == 0 ? 1 : each.Count;
            c *= each.C.Count == 0 ? 1 : each.Count;
            launches *= i > 0 || each.C.Count == 0 ? each.Count : 1;
        }

        return new CallWork(products * m * n * k, sizeof(float) * (a + b + (product.Accumulate ? 2 * c : c)), launches);
    }

    private static CallWork Of(CudaLaunch launch, int batch)
    {
        double bytes = 0;
        foreach (CudaOperand operand in launch.Operands)
        {
            bytes += sizeof(float) * operand.Length.At(batch);
        }

        return new CallWork(0, bytes, 1);
    }
}
