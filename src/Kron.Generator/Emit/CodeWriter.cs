using System;
using System.Text;

namespace Kron.Generator.Emit;

/// <summary>Builds indented text with line feeds only, whatever the machine.</summary>
internal sealed class CodeWriter
{
    private const string Indent = "    ";

    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Where the next line begins.</summary>
    public int Column => _depth * Indent.Length;

    public CodeWriter Line()
    {
        _text.Append('\n');
        return this;
    }

    public CodeWriter Line(string line)
    {
        for (int level = 0; level < _depth; level++)
        {
            _text.Append(Indent);
        }

        _text.Append(line).Append('\n');
        return this;
    }

    /// <summary>Writes each line of a text of several, indented.</summary>
    public CodeWriter Lines(string lines)
    {
        foreach (string line in lines.Replace("\r\n", "\n").Split('\n'))
        {
            _ = line.Length == 0 ? Line() : Line(line);
        }

        return this;
    }

    /// <summary>Writes a block's head and its opening brace.</summary>
    public CodeWriter Open(string head)
    {
        Line(head);
        return Open();
    }

    public CodeWriter Open()
    {
        Line("{");
        _depth++;
        return this;
    }

    /// <summary>Writes the closing brace, followed by <paramref name="tail"/>.</summary>
    public CodeWriter Close(string tail = "")
    {
        if (_depth == 0)
        {
            throw new InvalidOperationException("No block is open.");
        }

        _depth--;
        return Line("}" + tail);
    }

    public override string ToString() => _text.ToString();
}
