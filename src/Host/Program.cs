using System.Text;
using ActorSparse.Host.Commands;

// Where output is UTF-8 anyway this would only cost time.
if (OperatingSystem.IsWindows()) Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return CommandLine.Run(args, Console.Out, Console.Error);
