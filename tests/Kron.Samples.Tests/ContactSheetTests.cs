using System;
using System.IO;
using System.Text;
using Digits;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class ContactSheetTests
{
    [Fact]
    public void A_sheet_is_a_picture_with_the_images_in_rows()
    {
        string path = Path.GetTempFileName();
        try
        {
            DigitImages images = DigitImages.Render(1, 0, 5, 1);
            ContactSheet.Write(path, images, 3, 4);

            byte[] file = File.ReadAllBytes(path);
            byte[] header = Encoding.ASCII.GetBytes("P6\n128 86\n255\n");
            file.AsSpan(0, header.Length).SequenceEqual(header).ShouldBeTrue();
            file.Length.ShouldBe(header.Length + (3 * 128 * 86));

            // Image 4 is the second of the second row; its pixel (y, x) = (3, 5), green.
            int pixel = ((2 + 42 + 3) * 128) + 2 + 42 + 5;
            file[header.Length + (3 * pixel) + 1].ShouldBe(images.Pixels(4)[1600 + (3 * 40) + 5]);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
