using System.Diagnostics;
using System.Globalization;
using ActorSparse.Hostile;
using ActorSparse.Model.Numerics;

// hostile HOST:PORT PATHS COUNT SEED: sends COUNT bad frames and messages to the node that listens there, and to its actors at PATHS.
if (args.Length != 4)
{
    Console.Error.WriteLine("usage: hostile HOST:PORT PATH,PATH,... COUNT SEED");
    return 2;
}
var (endpoint, paths) = (args[0], args[1].Split(','));
var count = int.Parse(args[2], CultureInfo.InvariantCulture);
var random = new RandomSource(ulong.Parse(args[3], CultureInfo.InvariantCulture)).Stream("hostile");
var watch = Stopwatch.StartNew();

// A connection of its own for a few frames each is what takes time: the tenth part of them goes that way.
var frames = await Garbage.SendAsync(endpoint, count / 10, random);
Say($"{frames} garbage frames");
var foreign = await ForgingSystem.SendAsync("foreign", "actorsparse", endpoint, paths, count / 10, random);
Say($"{foreign} messages of a foreign system");
var astray = await ForgingSystem.SendAsync("astray", "somebody", endpoint, paths, count / 10, random);
Say($"{astray} messages for a system of another name");
var forged = await ForgingSystem.SendAsync("actorsparse", "actorsparse", endpoint, paths, count - frames - foreign - astray, random);
Say($"{forged} forged messages of a system of the right name");
return frames + foreign + astray + forged >= count ? 0 : 1;

void Say(string what) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds,7:0.0} s  {what}"));
