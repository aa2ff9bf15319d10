using System;
using System.Collections.Generic;
using System.Globalization;

namespace Kron.IO;

/// <summary>
/// A Python regular expression of a PEFT config that says which layers it is for: those whose name, or the end of whose name after a
/// dot, it matches as a whole.
/// </summary>
/// <remarks>
/// The config comes from an untrusted source. So the pattern becomes a program whose states are followed side by side (Thompson 1968),
/// without backtracking: a match takes time in proportion to the name times the program, and memory in proportion to the program,
/// neither of which the runtime's own expressions have together. Read are characters, escapes, classes, groups, alternatives,
/// repetition and anchors; look-around and references to groups are not.
/// </remarks>
internal sealed class NamePattern
{
    private const int MaxStepsPerCharacter = 8;
    private const int MaxDepth = 50;

    private readonly Step[] _program;

    private NamePattern(Step[] program) => _program = program;

    private enum Kind
    {
        Character,
        Split,
        Jump,
        Start,
        End,
    }

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="FormatException">It is malformed, too large or has what is not read.</exception>
    public static NamePattern Parse(string expression) => new(new Parser(expression).Parse());

    /// <summary>Whether it matches a layer's name.</summary>
    public bool IsMatch(string name)
    {
        var states = new States(_program, name.Length);
        var next = new States(_program, name.Length);
        for (int at = 0; at < name.Length; at++)
        {
            if (at == 0 || name[at - 1] == '.')
            {
                states.Add(0, at);
            }

            next.Clear();
            foreach (int step in states.Characters)
            {
                if (_program[step].Matches!(name[at]))
                {
                    next.Add(step + 1, at + 1);
                }
            }

            (states, next) = (next, states);
        }

        if (name.Length == 0 || name[^1] == '.')
        {
            states.Add(0, name.Length);
        }

        return states.IsMatch;
    }

    /// <summary>One step of a program; the distances to the next ones are relative, so that pieces can be put together.</summary>
    private readonly record struct Step(Kind Kind, int First = 1, int Second = 1, Predicate<char>? Matches = null);

    /// <summary>The steps at which a match may be, each once, those in between followed to where a character is read.</summary>
    private sealed class States(Step[] program, int length)
    {
        private readonly bool[] _isKnown = new bool[program.Length + 1];
        private readonly List<int> _known = [];
        private readonly Stack<int> _pending = new();

        public List<int> Characters { get; } = [];

        public bool IsMatch => _isKnown[program.Length];

        public void Clear()
        {
            foreach (int step in _known)
            {
                _isKnown[step] = false;
            }

            _known.Clear();
            Characters.Clear();
        }

        public void Add(int step, int at)
        {
            _pending.Push(step);
            while (_pending.TryPop(out int current))
            {
                if (_isKnown[current])
                {
                    continue;
                }

                _isKnown[current] = true;
                _known.Add(current);
                if (current == program.Length)
                {
                    continue;
                }

                Step found = program[current];
                switch (found.Kind)
                {
                    case Kind.Character:
                        Characters.Add(current);
                        break;
                    case Kind.Split:
                        _pending.Push(current + found.First);
                        _pending.Push(current + found.Second);
                        break;
                    case Kind.Jump:
                    case Kind.Start when at == 0:
                    case Kind.End when at == length:
                        _pending.Push(current + found.First);
                        break;
                }
            }
        }
    }

    private sealed class Parser(string text)
    {
        private int _at;
        private int _depth;

        public Step[] Parse()
        {
            List<Step> program = ReadAlternatives();
            return _at == text.Length ? [.. program] : throw Invalid("an unmatched ')'");
        }

        private List<Step> ReadAlternatives()
        {
            if (++_depth > MaxDepth)
            {
                throw Invalid(FormattableString.Invariant($"groups more than {MaxDepth} deep"));
            }

            List<Step> read = ReadSequence();
            while (Accept('|'))
            {
                List<Step> other = ReadSequence();
                read = Limited([new Step(Kind.Split, 1, read.Count + 2), .. read, new Step(Kind.Jump, other.Count + 1), .. other]);
            }

            _depth--;
            return read;
        }

        private List<Step> ReadSequence()
        {
            var sequence = new List<Step>();
            while (_at < text.Length && text[_at] is not ('|' or ')'))
            {
                sequence.AddRange(ReadRepeated());
                Limited(sequence);
            }

            return sequence;
        }

        private List<Step> ReadRepeated()
        {
            List<Step> piece = ReadAtom();
            if (ReadRepetition() is not var (least, most))
            {
                return piece;
            }

            // Whether a repetition is reluctant changes what a group holds, not whether there is a match.
            Accept('?');
            if (_at < text.Length && (text[_at] is '*' or '+' or '?' || ReadRepetition() is not null))
            {
                throw Invalid("a repetition of a repetition");
            }

            if (piece.Count == 0)
            {
                return piece;
            }

            var repeated = new List<Step>();
            for (int i = 0; i < least; i++)
            {
                repeated.AddRange(piece);
                Limited(repeated);
            }

            for (int i = least; i < most; i++)
            {
                repeated.AddRange([new Step(Kind.Split, 1, piece.Count + 1), .. piece]);
                Limited(repeated);
            }

            if (most is null)
            {
                repeated.AddRange([new Step(Kind.Split, 1, piece.Count + 2), .. piece, new Step(Kind.Jump, -piece.Count - 1)]);
            }

            return Limited(repeated);
        }

        // The least and the greatest number of times, null for any; null where nothing is repeated.
        private (int Least, int? Most)? ReadRepetition()
        {
            if (Accept('*'))
            {
                return (0, null);
            }

            if (Accept('+'))
            {
                return (1, null);
            }

            if (Accept('?'))
            {
                return (0, 1);
            }

            // Braces around anything else are characters.
            int start = _at;
            if (Accept('{'))
            {
                int? least = ReadNumber();
                int? most = least;
                bool isRange = Accept(',');
                if (isRange)
                {
                    most = ReadNumber();
                }

                if (Accept('}') && (isRange || least is not null))
                {
                    return least > most ? throw Invalid("a repetition from more to less") : (least ?? 0, most);
                }
            }

            _at = start;
            return null;
        }

        private int? ReadNumber()
        {
            int start = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            {
                _at++;
            }

            return _at == start ? null
                : int.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
                : throw Invalid("too large a number");
        }

        private List<Step> ReadAtom()
        {
            char first = text[_at++];
            switch (first)
            {
                case '(':
                    List<Step> group = ReadGroup();
                    return Accept(')') ? group : throw Invalid("a group without end");
                case '[':
                    return [new Step(Kind.Character, Matches: ReadClass())];
                case '.':
                    return [new Step(Kind.Character, Matches: character => character != '\n')];
                case '^':
                    return [new Step(Kind.Start)];
                case '$':
                    return [new Step(Kind.End)];
                case '\\' when Accept('A'):
                    return [new Step(Kind.Start)];
                case '\\' when Accept('Z'):
                    return [new Step(Kind.End)];
                case '\\':
                    return [new Step(Kind.Character, Matches: ReadEscape().Matches)];
                case '*' or '+' or '?':
                    throw Invalid("a repetition of nothing");
                default:
                    return [new Step(Kind.Character, Matches: character => character == first)];
            }
        }

        private List<Step> ReadGroup()
        {
            if (Accept('?'))
            {
                if (Accept('P') && Accept('<'))
                {
                    int end = text.IndexOf('>', _at);
                    _at = end < 0 ? throw Invalid("a group's name without end") : end + 1;
                }
                else if (!Accept(':'))
                {
                    throw Invalid("a group of a kind that is not read");
                }
            }

            return ReadAlternatives();
        }

        private Predicate<char> ReadClass()
        {
            bool isComplement = Accept('^');
            var parts = new List<Predicate<char>>();
            do
            {
                (Predicate<char> matches, char? first) = ReadMember();
                if (_at + 1 < text.Length && text[_at] == '-' && text[_at + 1] != ']')
                {
                    _at++;
                    char? last = ReadMember().Character;
                    if (first is null || last is null || first > last)
                    {
                        throw Invalid("a range without ends in order");
                    }

                    matches = character => character >= first && character <= last;
                }

                parts.Add(matches);
            }
            while (!Accept(']'));

            return character => parts.Exists(part => part(character)) != isComplement;
        }

        private (Predicate<char> Matches, char? Character) ReadMember()
        {
            if (_at == text.Length)
            {
                throw Invalid("a class without end");
            }

            char member = text[_at++];
            return member == '\\' ? ReadEscape() : (character => character == member, member);
        }

        private (Predicate<char> Matches, char? Character) ReadEscape()
        {
            if (_at == text.Length)
            {
                throw Invalid("an escape without end");
            }

            char escaped = text[_at++];
            return escaped switch
            {
                'd' => (char.IsDigit, null),
                'D' => (character => !char.IsDigit(character), null),
                'w' => (IsWord, null),
                'W' => (character => !IsWord(character), null),
                's' => (char.IsWhiteSpace, null),
                'S' => (character => !char.IsWhiteSpace(character), null),
                _ when char.IsAsciiLetterOrDigit(escaped) => throw Invalid($"an escape '\\{escaped}', which is not read"),
                _ => (character => character == escaped, escaped),
            };
        }

        private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';

        private bool Accept(char expected)
        {
            if (_at == text.Length || text[_at] != expected)
            {
                return false;
            }

            _at++;
            return true;
        }

        // A few characters can ask for any number of repetitions.
        private List<Step> Limited(List<Step> steps) => steps.Count <= MaxStepsPerCharacter * text.Length
            ? steps
            : throw Invalid("too many repetitions");

        private FormatException Invalid(string reason) => new(FormattableString.Invariant($"it has {reason} before character {_at}"));
    }
}
