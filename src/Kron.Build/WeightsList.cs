using System.Globalization;
using System.Text;

namespace Kron.Build;

/// <summary>
/// The text that tells the source generator what is embedded: lines of fields between tabs, in which a backslash begins the escape of
/// a character. A file is <c>file name</c>, then either <c>problem reason</c> or for each layer <c>layer name offset checksum</c> and its
/// tensors <c>tensor name type extents</c> in canonical order; the offset is the first byte of the values in the resource.
/// </summary>
internal sealed class WeightsList
{
    private readonly StringBuilder _text = new("kron-weights\t1\n");
    private int _layers;

    /// <summary>Begins a file.</summary>
    public void File(string name)
    {
        Write("file", name);
        _layers = _text.Length;
    }

    /// <summary>Says of the last file that nothing of it is embedded, and why.</summary>
    public void Problem(string reason)
    {
        _text.Length = _layers;
        Write("problem", reason);
    }

    public void Layer(string name, long offset, string checksum) => Write("layer", name, offset.ToString(CultureInfo.InvariantCulture), checksum);

    public void Tensor(string name, StoredTensor tensor) => Write("tensor", name, tensor.Type, string.Join(",", tensor.Shape));

    public override string ToString() => _text.ToString();

    private void Write(params string[] fields)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            _text.Append(i > 0 ? "\t" : "");
            foreach (char c in fields[i])
            {
                _ = c is '\\' or < ' '
                    ? _text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture))
                    : _text.Append(c);
            }
        }

        _text.Append('\n');
    }
}
