using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using Kron.Training;

namespace KronModel;

/// <summary>
/// The models that callers hold, by number. A number is given once, so that one whose model is freed is known to be stale for ever.
/// A call that has its model keeps it, whoever frees it meanwhile.
/// </summary>
internal sealed class ModelTable
{
    private readonly ConcurrentDictionary<ulong, Sequential> models = new();
    private ulong last;

    /// <summary>Adds a model.</summary>
    /// <returns>Its handle, never 0.</returns>
    public ulong Add(Sequential model)
    {
        ulong handle = Interlocked.Increment(ref last);
        models[handle] = model;
        return handle;
    }

    /// <summary>Finds the model of a handle.</summary>
    public bool TryGet(ulong handle, [NotNullWhen(true)] out Sequential? model) => models.TryGetValue(handle, out model);

    /// <summary>Forgets a model; of callers that try at once, one succeeds.</summary>
    public bool Remove(ulong handle) => models.TryRemove(handle, out _);
}
