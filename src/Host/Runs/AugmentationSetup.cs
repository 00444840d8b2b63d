using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Data;

namespace ActorSparse.Host.Runs;

/// <summary>How training images are varied, from resolved options.</summary>
internal static class AugmentationSetup
{
    private const string Kind = "augmentation", Shift = "shift-max", Rotation = "rotation-max", Padding = "crop-padding", NoFlips = "no-flips";

    /// <summary>It; null if they are not.</summary>
    /// <exception cref="InvalidInputException">An option is given that nothing comes of.</exception>
    public static ImageAugmentation? Of(Settings settings)
    {
        if (!settings.Flag("augment"))
        {
            // Where a recipe's augmentation is switched off, its other options may stay.
            if (!settings.IsGiven("augment")) Refuse(settings, "has no effect without --augment", Kind, Shift, Rotation, Padding, NoFlips);
            return null;
        }
        var flips = !settings.Flag(NoFlips);
        if (settings.Find(Kind) == "crop")
        {
            Refuse(settings, "is of --augmentation affine, not of crop", Shift, Rotation);
            var crop = new CropAugmentation(HorizontalFlips: flips);
            return crop with { Padding = settings.FindWhole(Padding) ?? crop.Padding };
        }
        Refuse(settings, "is of --augmentation crop, not of affine", Padding);
        var affine = new AffineAugmentation(HorizontalFlips: flips);
        return affine with
        {
            ShiftMax = settings.FindNumber(Shift) ?? affine.ShiftMax,
            RotationDegreesMax = settings.FindNumber(Rotation) ?? affine.RotationDegreesMax,
        };
    }

    private static void Refuse(Settings settings, string why, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (settings.Find(name) is { } value) throw new InvalidInputException($"{settings.SourceOf(name)}: {name} {value} {why}");
    }
}
