using Hone.Onnx;

namespace Hone;

/// <summary>Reads and writes models.</summary>
public static class ModelFiles
{
    extension(Model)
    {
        /// <summary>Reads an ONNX file of opset 7 or newer, and the files of external data beside it.</summary>
        /// <param name="path">Of the <c>.onnx</c> file.</param>
        /// <param name="options">Null for the defaults.</param>
        /// <exception cref="ModelFormatException">The file is not a valid ONNX model.</exception>
        /// <exception cref="UnsupportedOperatorException">The model needs operators that Hone lacks; all of them are listed.</exception>
        /// <exception cref="HoneException">The file cannot be read.</exception>
        public static Model Load(string path, OnnxReadOptions? options = null) => OnnxReader.Load(path, options);
    }

    extension(Model model)
    {
        /// <summary>Writes the model as standard ONNX. The file appears only when it is complete.</summary>
        /// <param name="path">Of the <c>.onnx</c> file; an existing one is replaced.</param>
        /// <param name="options">Null for the defaults: the lowest opset that the model can be written in, weights inside the file up to 2 GB.</param>
        /// <exception cref="HoneException">The file cannot be written.</exception>
        public void Save(string path, OnnxWriteOptions? options = null) => OnnxWriter.Save(model, path, options);
    }
}
