namespace KronModel;

/// <summary>What a call returns: <c>kron_status</c> of the header, number for number.</summary>
internal enum Status
{
    /// <summary>The call did what it says.</summary>
    Ok = 0,

    /// <summary>A pointer is null, a length does not fit, or the arrays overlap.</summary>
    InvalidArgument = 1,

    /// <summary>There is no such model: never made, or freed.</summary>
    InvalidHandle = 2,

    /// <summary>The file cannot be read.</summary>
    FileNotReadable = 3,

    /// <summary>The file is damaged, or holds another network.</summary>
    InvalidModel = 4,

    /// <summary>There is not enough memory.</summary>
    OutOfMemory = 5,

    /// <summary>Anything else: a defect of the library.</summary>
    InternalError = 6,
}
