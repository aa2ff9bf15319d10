using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace KronModel;

/// <summary>The message of the last call that failed, for each thread.</summary>
internal static unsafe class LastError
{
    // Pinned, so that its address lasts; it goes when the thread ends or fails once more.
    [ThreadStatic]
    private static byte[]? message;

    /// <summary>The message in UTF-8 with a zero behind it; empty where no call has failed.</summary>
    public static byte* Pointer => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(message ?? Empty));

    // In the image of the library, so it lies still as well.
    private static ReadOnlySpan<byte> Empty => "\0"u8;

    /// <summary>Remembers a failure.</summary>
    public static Status Set(Status status, string text)
    {
        byte[] bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        Encoding.UTF8.GetBytes(text, bytes);
        message = bytes;
        return status;
    }

    /// <summary>Remembers an exception, which ends here. It throws none of its own.</summary>
    public static Status Set(Exception exception)
    {
        Status status = exception switch
        {
            ArgumentException => Status.InvalidArgument,
            InvalidDataException => Status.InvalidModel,
            IOException or UnauthorizedAccessException => Status.FileNotReadable,
            OutOfMemoryException => Status.OutOfMemory,
            _ => Status.InternalError,
        };
        try
        {
            return Set(status, exception.Message);
        }
        catch (Exception)
        {
            // There is no memory for the message. What the call returns says what happened.
            return status;
        }
    }
}
