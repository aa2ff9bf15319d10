using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace Kron.Build;

/// <summary>The tokens of a JSON text from an untrusted source, as far as a safetensors header has any: objects, strings and arrays of non-negative integers.</summary>
/// <remarks>The library reads headers by System.Text.Json, which netstandard2.0 has not; a test compares the two on mutated files.</remarks>
internal sealed class HeaderText(byte[] json)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int _at;

    /// <summary>Reads an object.</summary>
    /// <param name="member">Called with each name; reads the value.</param>
    public void Object(Action<string> member)
    {
        Expect('{');
        if (TryTake('}'))
        {
            return;
        }

        do
        {
            string name = String();
            Expect(':');
            member(name);
        }
        while (TryTake(','));
        Expect('}');
    }

    /// <summary>Whether the next value begins with a character.</summary>
    public bool IsNext(char character)
    {
        SkipSpace();
        return _at < json.Length && json[_at] == character;
    }

    public string String()
    {
        Expect('"');
        var text = new StringBuilder();
        int start = _at;
        while (true)
        {
            byte next = Next("a string does not end");
            if (next < ' ')
            {
                throw Invalid("a string holds a control character");
            }

            if (next is not ((byte)'"' or (byte)'\\'))
            {
                continue;
            }

            text.Append(Decode(start, _at - 1 - start));
            if (next == '"')
            {
                return CheckSurrogates(text.ToString());
            }

            text.Append(Escape());
            start = _at;
        }
    }

    /// <summary>Reads an array of non-negative integers.</summary>
    public List<long> Numbers()
    {
        List<long> numbers = [];
        Expect('[');
        if (TryTake(']'))
        {
            return numbers;
        }

        do
        {
            numbers.Add(Number());
        }
        while (TryTake(','));
        Expect(']');
        return numbers;
    }

    /// <summary>Checks that nothing but white space is left.</summary>
    public void End()
    {
        SkipSpace();
        if (_at < json.Length)
        {
            throw Invalid("something follows the header's object");
        }
    }

    private long Number()
    {
        SkipSpace();
        bool isNegative = _at < json.Length && json[_at] == '-';
        int start = _at += isNegative ? 1 : 0;
        while (_at < json.Length && json[_at] is >= (byte)'0' and <= (byte)'9')
        {
            _at++;
        }

        string digits = Encoding.ASCII.GetString(json, start, _at - start);
        bool isNumber = digits.Length == 1 || (digits.Length > 1 && digits[0] != '0');
        if (!isNumber
            || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            || (isNegative && number != 0)
            || (_at < json.Length && json[_at] is (byte)'.' or (byte)'e' or (byte)'E'))
        {
            throw Invalid("an array holds something else than non-negative integers");
        }

        return number;
    }

    private string Escape()
    {
        byte kind = Next("a string does not end");
        switch ((char)kind)
        {
            case '"' or '\\' or '/':
                return ((char)kind).ToString();
            case 'b':
                return "\b";
            case 'f':
                return "\f";
            case 'n':
                return "\n";
            case 'r':
                return "\r";
            case 't':
                return "\t";
            case 'u' when json.Length - _at >= 4
                && ushort.TryParse(Encoding.ASCII.GetString(json, _at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                _at += 4;
                return ((char)code).ToString();
            default:
                throw Invalid("a string holds an unknown escape");
        }
    }

    private string Decode(int start, int length)
    {
        try
        {
            return Strict.GetString(json, start, length);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException("a string is not valid UTF-8", error);
        }
    }

    private string CheckSurrogates(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                throw Invalid("a string holds half of a surrogate pair");
            }
        }

        return text;
    }

    private void Expect(char character)
    {
        if (!TryTake(character))
        {
            throw Invalid($"expected '{character}'");
        }
    }

    private bool TryTake(char character)
    {
        bool isNext = IsNext(character);
        _at += isNext ? 1 : 0;
        return isNext;
    }

    private byte Next(string otherwise) => _at < json.Length ? json[_at++] : throw Invalid(otherwise);

    private void SkipSpace()
    {
        while (_at < json.Length && json[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            _at++;
        }
    }

    private InvalidDataException Invalid(string reason) =>
        new(string.Format(CultureInfo.InvariantCulture, "the header is not valid at its byte {0}: {1}", _at, reason));
}
