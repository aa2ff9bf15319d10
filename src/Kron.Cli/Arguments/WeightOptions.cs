using System.CommandLine;
using Kron.Cli.Sources;

namespace Kron.Cli.Arguments;

/// <summary>The file and the tensor that a command is about.</summary>
/// <param name="allowsKernels">Whether the tensor may be the kernels of a convolution.</param>
internal sealed class WeightOptions(bool allowsKernels)
{
    private readonly Argument<string> _file = new("file") { Description = "A .safetensors, .npz or .npy file" };

    private readonly Option<string?> _tensor = new("--tensor", "-t")
    {
        Description = $"The weight, outputs × inputs{(allowsKernels ? " or, of a convolution, o × c × h × w" : "")}; not needed where the file has one matrix",
        HelpName = "name",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_tensor);
    }

    public string Path(ParseResult parsed) => parsed.GetRequiredValue(_file);

    /// <summary>Reads the weight from the open file.</summary>
    /// <exception cref="ToolException">There is no such tensor, or it is no weight.</exception>
    public DenseWeight Read(ParseResult parsed, WeightFile file) => DenseWeight.Read(file, parsed.GetValue(_tensor), allowsKernels);
}
