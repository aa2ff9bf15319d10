using Kron.IO;

namespace Kron.CompilerServices;

public sealed unsafe partial class LayerEngine
{
    /// <inheritdoc cref="ModelFile.Save(string, ILayer)"/>
    public void Save(string path) => ModelFile.Save(path, this);

    /// <inheritdoc cref="ModelFile.Load(string, ILayer)"/>
    public void Load(string path) => ModelFile.Load(path, this);
}
