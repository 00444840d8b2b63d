namespace ActorSparse.Model.Data;

/// <summary>Format of a data file.</summary>
public enum DataFormat
{
    /// <summary>By the file's content.</summary>
    Auto,

    /// <summary>IDX, the format of the MNIST family.</summary>
    Idx,

    /// <summary>Delimited text: CSV and its kin, or numbers between spaces.</summary>
    Table,

    /// <summary>LIBSVM, also called SVMlight: label index:value index:value ...</summary>
    Libsvm,

    /// <summary>NumPy's arrays: NPZ, or NPY with labels in a file of their own.</summary>
    NumPy,

    /// <summary>PNG and JPEG images: a folder with one folder for each class, or, to predict, any folder or one file.</summary>
    Images,
}
