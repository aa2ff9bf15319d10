using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>The operands of every statement and operation: the one place that passes learn them from.</summary>
internal static class Rewriting
{
    /// <summary>The same operation on other values and addresses.</summary>
    public static Operation With(this Operation operation, Func<string, string> value, Func<Address, Address> address) => operation switch
    {
        Load load => load with { From = address(load.From) },
        LoadStrided load => load with { From = address(load.From) },
        Broadcast broadcast => broadcast with { From = address(broadcast.From) },
        Constant => operation,
        Copy copy => new Copy(value(copy.Value)),
        MultiplyAdd m => new MultiplyAdd(value(m.A), value(m.B), value(m.C)),
        MultiplyAddLane m => m with { A = value(m.A), B = value(m.B), C = value(m.C) },
        Unary unary => unary with { A = value(unary.A) },
        Binary binary => binary with { A = value(binary.A), B = value(binary.B) },
        Select select => new Select(value(select.Mask), value(select.A), value(select.B)),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Unknown operation."),
    };

    /// <summary>
    /// The same statement on other values and addresses. The name that a <see cref="Let"/> introduces stays; the one that
    /// a <see cref="Set"/> assigns to is mapped. Of a loop only where its cursors start.
    /// </summary>
    public static Statement With(this Statement statement, Func<string, string> value, Func<Address, Address> address) => statement switch
    {
        Loop loop => loop with { Cursors = loop.Cursors.Select(c => c with { Start = address(c.Start) }).ToEquatableArray() },
        Let let => let with { Operation = let.Operation.With(value, address) },
        Set set => new Set(value(set.Name), set.Operation.With(value, address)),
        Store s => s with { To = address(s.To), Value = value(s.Value) },
        StoreStrided s => s with { To = address(s.To), Value = value(s.Value) },
        StoreTransposed s => s with { To = address(s.To), Rows = s.Rows.Select(value).ToEquatableArray() },
        StoreSums s => s with { To = address(s.To), Rows = s.Rows.Select(value).ToEquatableArray() },
        Rearrange copy => copy with { To = address(copy.To), From = address(copy.From) },
        Prefetch prefetch => new Prefetch(address(prefetch.At)),
        Call call => call with { Arguments = call.Arguments.Select(address).ToEquatableArray() },
        Remark => statement,
        _ => throw new ArgumentOutOfRangeException(nameof(statement), statement, "Unknown statement."),
    };

    /// <summary>The values an operation reads.</summary>
    public static IReadOnlyList<string> Reads(this Operation operation) => operation switch
    {
        Load or LoadStrided or Broadcast or Constant => [],
        Copy copy => [copy.Value],
        MultiplyAdd m => [m.A, m.B, m.C],
        MultiplyAddLane m => [m.A, m.B, m.C],
        Unary unary => [unary.A],
        Binary binary => [binary.A, binary.B],
        Select select => [select.Mask, select.A, select.B],
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Unknown operation."),
    };

    /// <summary>The values a statement itself reads: not those of a loop's body, nor the one that is assigned to.</summary>
    public static IReadOnlyList<string> Reads(this Statement statement)
    {
        switch (statement)
        {
            case Let let:
                return let.Operation.Reads();
            case Set set:
                return set.Operation.Reads();
            default:
                List<string> names = [];
                statement.With(
                    name =>
                    {
                        names.Add(name);
                        return name;
                    },
                    address => address);
                return names;
        }
    }

    /// <summary>The addresses a statement itself names: of a loop, where its cursors start.</summary>
    public static IReadOnlyList<Address> Addresses(this Statement statement)
    {
        List<Address> addresses = [];
        statement.With(
            name => name,
            address =>
            {
                addresses.Add(address);
                return address;
            });
        return addresses;
    }

    /// <summary>The operation of a <see cref="Let"/> or <see cref="Set"/>.</summary>
    public static Operation? Operation(this Statement statement) => statement switch
    {
        Let let => let.Operation,
        Set set => set.Operation,
        _ => null,
    };

    /// <summary>Every statement, those of loops after the loop itself.</summary>
    public static IEnumerable<Statement> Deep(this IEnumerable<Statement> block)
    {
        foreach (Statement statement in block)
        {
            yield return statement;
            if (statement is Loop loop)
            {
                foreach (Statement inner in loop.Body.Deep())
                {
                    yield return inner;
                }
            }
        }
    }

    public static Kernel WithBody(this Kernel kernel, IEnumerable<Statement> body) => kernel with { Body = body.ToEquatableArray() };
}
