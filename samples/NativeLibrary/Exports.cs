using System;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Edge;
using Kron.Training;

namespace KronModel;

/// <summary>The functions of <c>kron_model.h</c>, which documents them. None lets an exception out.</summary>
internal static unsafe class Exports
{
    // KRON_MODEL_VERSION of the header.
    private const uint CurrentVersion = 1;

    private static readonly ModelTable Models = new();

    [UnmanagedCallersOnly(EntryPoint = "kron_model_version", CallConvs = [typeof(CallConvCdecl)])]
    public static uint Version() => CurrentVersion;

    [UnmanagedCallersOnly(EntryPoint = "kron_model_last_error", CallConvs = [typeof(CallConvCdecl)])]
    public static byte* Message() => LastError.Pointer;

    [UnmanagedCallersOnly(EntryPoint = "kron_model_create", CallConvs = [typeof(CallConvCdecl)])]
    public static Status Create(byte* path, ulong* model)
    {
        try
        {
            if (model is null)
            {
                return NullPointer(nameof(model));
            }

            *model = 0;
            *model = Models.Add((path is null ? DigitModel.Create() : DigitModel.Load(Marshal.PtrToStringUTF8((nint)path)!)).Layers);
            return Status.Ok;
        }
        catch (Exception exception)
        {
            return LastError.Set(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "kron_model_sizes", CallConvs = [typeof(CallConvCdecl)])]
    public static Status Sizes(ulong model, nuint* inputSize, nuint* outputSize)
    {
        try
        {
            if (!Models.TryGet(model, out Sequential? layers))
            {
                return UnknownHandle(model);
            }

            if (inputSize is not null)
            {
                *inputSize = (nuint)layers.InputSize;
            }

            if (outputSize is not null)
            {
                *outputSize = (nuint)layers.OutputSize;
            }

            return Status.Ok;
        }
        catch (Exception exception)
        {
            return LastError.Set(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "kron_model_forward", CallConvs = [typeof(CallConvCdecl)])]
    public static Status Forward(ulong model, float* input, nuint inputLength, float* output, nuint outputLength)
    {
        try
        {
            if (!Models.TryGet(model, out Sequential? layers))
            {
                return UnknownHandle(model);
            }

            if (input is null && inputLength > 0)
            {
                return NullPointer(nameof(input));
            }

            if (output is null && outputLength > 0)
            {
                return NullPointer(nameof(output));
            }

            if (inputLength > int.MaxValue || outputLength > int.MaxValue)
            {
                return LastError.Set(
                    Status.InvalidArgument,
                    string.Create(CultureInfo.InvariantCulture, $"Expected at most {int.MaxValue} floats in an array, found {Math.Max(inputLength, outputLength)}; divide the batch."));
            }

            layers.Forward(new ReadOnlySpan<float>(input, (int)inputLength), new Span<float>(output, (int)outputLength));
            return Status.Ok;
        }
        catch (Exception exception)
        {
            return LastError.Set(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "kron_model_free", CallConvs = [typeof(CallConvCdecl)])]
    public static Status Free(ulong model)
    {
        try
        {
            return model == 0 || Models.Remove(model) ? Status.Ok : UnknownHandle(model);
        }
        catch (Exception exception)
        {
            return LastError.Set(exception);
        }
    }

    private static Status NullPointer(string name) => LastError.Set(Status.InvalidArgument, $"'{name}' is a null pointer.");

    private static Status UnknownHandle(ulong model) => LastError.Set(
        Status.InvalidHandle, string.Create(CultureInfo.InvariantCulture, $"Expected a model that is in use, found the handle {model}: never given out, or freed."));
}
