using System;
using System.Collections.Generic;
using System.IO;

namespace Kron.Cuda.Device.Check;

/// <summary>Checks all layers in all modes, and what else the device does.</summary>
internal sealed class CheckCommand(Report report, Options options)
{
    /// <returns>Whether all was right.</returns>
    public bool Run()
    {
        // One of its own, so that everything is compiled here and now.
        string kernels = Directory.CreateTempSubdirectory("kron-cuda-").FullName;
        var tally = new Tally(report);
        try
        {
            IReadOnlyList<CheckMode> modes = CheckMode.All(kernels);
            foreach (CheckedLayer layer in options.IsQuick ? CheckedLayers.Quick : CheckedLayers.All)
            {
                Run(layer, modes, tally);
            }

            TrainingChecks.Run(tally, modes[0].Options);
            ContextChecks.Run(tally, modes[0].Options);
        }
        finally
        {
            Directory.Delete(kernels, recursive: true);
        }

        report.Line();
        report.Line($"{tally.Passed} passed, {tally.Failed} failed");
        return tally.Failed == 0;
    }

    private void Run(CheckedLayer layer, IReadOnlyList<CheckMode> modes, Tally tally)
    {
        Reference? reference = null;
        foreach (CheckMode mode in modes)
        {
            tally.Run(mode.Name, layer.ToString(), () =>
            {
                using var context = new CudaContext(mode.Options);
                return LayerChecks.Run(layer, mode, context, reference ??= Expect(layer, context));
            });
        }
    }

    private Reference Expect(CheckedLayer layer, CudaContext context)
    {
        using CudaLayer onDevice = layer.Open(context);
        Reference reference = layer.IsAgainstHost ? Reference.OfHost(onDevice.Layer, layer.Batch) : Reference.OfOracle(layer.Case, layer.Batch);
        if (options.IsSpoiled)
        {
            reference.Parameters[0]++;
        }

        return reference;
    }
}
