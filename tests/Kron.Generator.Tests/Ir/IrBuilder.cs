using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Tests.Ir;

/// <summary>Short ways to write IR in tests.</summary>
internal static class IrBuilder
{
    public static Kernel Kernel(string[] pointers, params Statement[] body) => Kernel("Test", pointers, body);

    public static Kernel Kernel(string name, string[] pointers, params Statement[] body) =>
        new(name, "A test.", pointers.ToEquatableArray(), body.ToEquatableArray());

    public static Address At(string pointer, long offset = 0) => new(pointer, offset);

    public static Let Let(string name, Operation operation) => new(name, operation);

    public static Set Set(string name, Operation operation) => new(name, operation);

    public static Load Load(string pointer, long offset, int lanes) => new(At(pointer, offset), lanes);

    public static Store Store(string pointer, long offset, string value, int lanes) => new(At(pointer, offset), value, lanes);

    public static Loop Loop(long count, Cursor[] cursors, params Statement[] body) => new(count, cursors.ToEquatableArray(), body.ToEquatableArray());

    public static Cursor Cursor(string name, string pointer, long offset, long stride) => new(name, At(pointer, offset), stride);

    public static Call Call(string kernel, params Address[] arguments) => new(kernel, arguments.ToEquatableArray());

    public static void Run(TargetModel target, Kernel kernel, params (string Pointer, float[] Memory)[] memory) =>
        Run(target, kernel, [], memory);

    public static void Run(TargetModel target, Kernel kernel, Kernel[] callees, params (string Pointer, float[] Memory)[] memory) =>
        new Interpreter(target, callees).Run(kernel, memory.ToDictionary(m => m.Pointer, m => (Pointer)m.Memory));

    public static float[] Numbers(int count, float first = 1) => [.. Enumerable.Range(0, count).Select(i => first + i)];

    /// <summary>Statements at every depth.</summary>
    public static IEnumerable<Statement> All(IEnumerable<Statement> block) =>
        block.SelectMany(s => s is Loop loop ? All(loop.Body).Prepend(s) : [s]);
}
