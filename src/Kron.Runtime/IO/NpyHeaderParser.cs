using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace Kron.IO;

/// <summary>Parses the Python dictionary of an npy header from an untrusted source, in one pass and without recursion.</summary>
/// <remarks>
/// The dictionary has the keys <c>descr</c>, <c>fortran_order</c> and <c>shape</c>, once each and in any order. A shape is a tuple:
/// <c>()</c>, <c>(3,)</c>, <c>(3, 4)</c> or <c>(3, 4,)</c>; the <c>L</c> that Python 2 wrote after a number is passed over.
/// </remarks>
internal ref struct NpyHeaderParser
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly string _source;
    private int _at;

    private NpyHeaderParser(ReadOnlySpan<byte> text, string source)
    {
        _text = text;
        _source = source;
    }

    /// <summary>Parses and checks a dictionary.</summary>
    /// <exception cref="InvalidDataException">Anything is wrong with it.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> text, string source) => new NpyHeaderParser(text, source).ReadDictionary();

    private NpyHeader ReadDictionary()
    {
        NpyType? type = null;
        bool? isFortranOrder = null;
        int[]? shape = null;
        Expect('{', "the dictionary");
        while (!Accept('}'))
        {
            string key = ReadString("a key");
            Expect(':', $"the key '{key}'");
            switch (key)
            {
                case "descr" when type is null:
                    type = ReadType();
                    break;
                case "fortran_order" when isFortranOrder is null:
                    isFortranOrder = ReadBoolean();
                    break;
                case "shape" when shape is null:
                    shape = ReadShape();
                    break;
                default:
                    throw Invalid($"the header has an unexpected or repeated key '{key}'; expected one each of descr, fortran_order and shape");
            }

            if (!Accept(','))
            {
                Expect('}', "the dictionary");
                break;
            }
        }

        if (Peek() is byte)
        {
            throw Unexpected("the end of the header", "the dictionary");
        }

        return type is null ? throw Lacks("descr")
            : isFortranOrder is null ? throw Lacks("fortran_order")
            : shape is null ? throw Lacks("shape")
            : Check(new NpyHeader(type.Value, isFortranOrder.Value, shape));
    }

    private readonly NpyHeader Check(NpyHeader header)
    {
        if (NpyArray.ElementCount(header.Shape) > (uint)Array.MaxLength)
        {
            throw Invalid(FormattableString.Invariant(
                $"its shape {NpyArray.Tuple(header.Shape)} exceeds any array; expected at most {Array.MaxLength} elements"));
        }

        return header;
    }

    private NpyType ReadType()
    {
        if (Peek() is (byte)'[')
        {
            throw Invalid("its dtype is structured; expected a single one such as '<f4'");
        }

        string name = ReadString("descr");
        if (name.Contains('O', StringComparison.Ordinal))
        {
            throw Invalid($"its dtype is '{name}': pickled objects are not read; expected a number type such as '<f4'");
        }

        return NpyType.TryParse(name, out NpyType type)
            ? type
            : throw Invalid($"its dtype is '{name}'; expected one of {NpyType.Readable}");
    }

    private bool ReadBoolean() =>
        AcceptWord("True"u8) || (AcceptWord("False"u8) ? false : throw Unexpected("True or False", "fortran_order"));

    private int[] ReadShape()
    {
        var shape = new List<int>();
        bool hasComma = false;
        Expect('(', "shape");
        while (!Accept(')'))
        {
            if (shape.Count == NpyArray.MaxRank)
            {
                throw Invalid(FormattableString.Invariant($"its shape has more than {NpyArray.MaxRank} dimensions"));
            }

            shape.Add(ReadExtent());
            if (!Accept(','))
            {
                Expect(')', "shape");
                break;
            }

            hasComma = true;
        }

        // One number in parentheses is a number in Python, not a tuple.
        return shape.Count == 1 && !hasComma
            ? throw Invalid(FormattableString.Invariant($"its shape is the number ({shape[0]}); expected the tuple ({shape[0]},)"))
            : [.. shape];
    }

    private int ReadExtent()
    {
        if (Peek() is (byte)'-')
        {
            throw Invalid("its shape has a negative extent; expected none");
        }

        if (Peek() is not (>= (byte)'0' and <= (byte)'9'))
        {
            throw Unexpected("a number", "shape");
        }

        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit((char)_text[_at]))
        {
            _at++;
        }

        string digits = Encoding.ASCII.GetString(_text[start.._at]);
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int extent))
        {
            throw Invalid(FormattableString.Invariant($"its shape has the extent {Listing.Cut(digits)}; expected at most {int.MaxValue}"));
        }

        if (_at < _text.Length && _text[_at] == (byte)'L')
        {
            _at++;
        }

        return extent;
    }

    private string ReadString(string where)
    {
        if (Peek() is not ((byte)'\'' or (byte)'"'))
        {
            throw Unexpected("a string", where);
        }

        byte quote = _text[_at++];
        int length = _text[_at..].IndexOf(quote);
        if (length < 0)
        {
            throw Invalid($"the header ends within the string of {where}");
        }

        ReadOnlySpan<byte> text = _text.Slice(_at, length);
        _at += length + 1;
        return Listing.Cut(Encoding.Latin1.GetString(text));
    }

    private bool AcceptWord(ReadOnlySpan<byte> word)
    {
        _ = Peek();
        if (!_text[_at..].StartsWith(word))
        {
            return false;
        }

        _at += word.Length;
        return true;
    }

    private bool Accept(char expected)
    {
        if (Peek() != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(char expected, string where)
    {
        if (!Accept(expected))
        {
            throw Unexpected($"'{expected}'", where);
        }
    }

    /// <summary>The next byte that is no white space, or null at the end.</summary>
    private byte? Peek()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f')
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : null;
    }

    private InvalidDataException Unexpected(string expected, string where)
    {
        string actual = Peek() is byte next
            ? next is > 0x20 and < 0x7F ? $"'{(char)next}'" : FormattableString.Invariant($"byte 0x{next:X2}")
            : "its end";
        return Invalid(FormattableString.Invariant($"the header has {actual} at byte {_at}, in {where}; expected {expected}"));
    }

    private readonly InvalidDataException Lacks(string key) => Invalid($"the header lacks {key}");

    private readonly InvalidDataException Invalid(string reason) => NpyHeader.Invalid(_source, reason);
}
