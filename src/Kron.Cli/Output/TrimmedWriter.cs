using System.IO;
using System.Text;

namespace Kron.Cli.Output;

/// <summary>Leaves out the spaces that a table puts at the end of its lines, and lines of nothing else.</summary>
internal sealed class TrimmedWriter(TextWriter inner) : TextWriter
{
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value)
    {
        if (value != '\n')
        {
            _line.Append(value);
            return;
        }

        string line = _line.ToString().TrimEnd();
        _line.Clear();
        if (line.Length > 0)
        {
            inner.WriteLine(line);
        }
    }

    public override void Flush() => inner.Flush();
}
