using System.Text;

namespace Kron.Cuda;

/// <summary>Texts as C takes them.</summary>
internal static class ZeroTerminated
{
    public static byte[] Utf8(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
