"""Dense PyTorch on the networks of the recipes: time of a training step, or accuracy after some epochs on CIFAR-10.

    python3 bench/peers/networks.py step [--network resnet-20] [--threads 1] [--bf16]
    python3 bench/peers/networks.py train --data DIR [--network resnet-20] [--threads 2] [--epochs 30] [--seed 1] [--weight-decay 1e-4]
        [--checkpoint FILE]

DIR holds the binary version of CIFAR-10. A checkpoint is written after each epoch, and training goes on from it. Needs PyTorch and NumPy. On processors that OpenBLAS does not know, set
OPENBLAS_CORETYPE=SkylakeX; oneDNN, which does the convolutions, knows them by itself. PyTorch's own kernels read /proc/cpuinfo: in a
chroot without /proc they are 1.7 times slower, so that is refused.
"""
import argparse
import pathlib
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional


def convolution(inputs, outputs, stride=1, bias=False):
    return nn.Conv2d(inputs, outputs, 3, stride, 1, bias=bias)


class Block(nn.Module):
    """Two convolutions beside a shortcut that subsamples and pads channels with zeros (He et al. 2016, option A)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first, self.second = convolution(inputs, outputs, stride), convolution(outputs, outputs)
        self.norms = nn.ModuleList([nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)])
        self.stride, self.added = stride, outputs - inputs

    def forward(self, x):
        y = functional.relu(self.norms[0](self.first(x)))
        y = self.norms[1](self.second(y))
        if self.added:
            x = functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.added // 2, self.added // 2))
        return functional.relu(y + x)


def resnet(depth):
    layers, inputs = [convolution(3, 16), nn.BatchNorm2d(16), nn.ReLU()], 16
    for stage, outputs in enumerate((16, 32, 64)):
        for block in range((depth - 2) // 6):
            layers.append(Block(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def vgg():
    layers, inputs = [], 3
    for outputs in (16, 16, 0, 32, 32, 0, 64, 64, 64, 0, 128, 128, 128, 0, 128, 128, 128, 0):
        if outputs == 0:
            layers.append(nn.MaxPool2d(2))
            continue
        layers += [convolution(inputs, outputs, bias=True), nn.BatchNorm2d(outputs), nn.ReLU()]
        inputs = outputs
    head = [nn.Flatten(), nn.Linear(128, 512), nn.ReLU(), nn.Dropout(), nn.Linear(512, 512), nn.ReLU(), nn.Dropout(), nn.Linear(512, 10)]
    return nn.Sequential(*layers, *head)


NETWORKS = {"resnet-20": lambda: resnet(20), "resnet-56": lambda: resnet(56), "vgg-16-small": vgg}


def images(folder, names):
    raw = numpy.concatenate([numpy.frombuffer((folder / name).read_bytes(), numpy.uint8) for name in names]).reshape(-1, 3073)
    return torch.from_numpy(raw[:, 1:].reshape(-1, 3, 32, 32).astype(numpy.float32)), torch.from_numpy(raw[:, 0].astype(numpy.int64))


def augment(x, generator):
    """Padding by 4, a random crop and a flip of every second image."""
    padded = functional.pad(x, (4, 4, 4, 4))
    place = torch.randint(0, 9, (2, len(x)), generator=generator)
    rows = place[0][:, None] + torch.arange(32)
    columns = place[1][:, None] + torch.arange(32)
    flips = torch.rand(len(x), generator=generator) < 0.5
    columns[flips] = columns[flips].flip(1)
    return padded[torch.arange(len(x))[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def learn(model, optimizer, x, y, bf16):
    model.train()
    optimizer.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        loss = functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["step", "train"])
    parser.add_argument("--network", default="resnet-20", choices=NETWORKS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--checkpoint", type=pathlib.Path)
    options = parser.parse_args()
    if sys.platform == "linux" and not pathlib.Path("/proc/cpuinfo").exists():
        sys.exit("networks.py: there is no /proc/cpuinfo; expected /proc to be mounted, or PyTorch does not know the processor")
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    model = NETWORKS[options.network]()
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    model = model.to(memory_format=layout)
    optimizer = torch.optim.SGD(model.parameters(), 0.1, 0.9, weight_decay=options.weight_decay)
    print(f"dense {options.network}, PyTorch {torch.__version__}, {options.threads} threads, batch {options.batch}, "
          f"{'bf16' if options.bf16 else 'float32'}{', channels last' if options.channels_last else ''}")
    if options.what == "step":
        x, y = torch.randn(options.batch, 3, 32, 32).to(memory_format=layout), torch.randint(0, 10, (options.batch,))
        times = []
        for _ in range(options.steps + 2):
            start = time.perf_counter()
            learn(model, optimizer, x, y, options.bf16)
            times.append(time.perf_counter() - start)
        best = min(times[2:])
        print(f"fastest of {options.steps} steps {best * 1e3:.1f} ms, {options.batch / best:.0f} samples/s, "
              f"{50000 / options.batch * best:.1f} s an epoch of 50,000 without augmentation")
        return
    x, y = images(options.data, [f"data_batch_{part}.bin" for part in range(1, 6)])
    tests, labels = images(options.data, ["test_batch.bin"])
    mean, deviation = x.mean((0, 2, 3), keepdim=True), x.std((0, 2, 3), keepdim=True)
    x, tests = (x - mean) / deviation, (tests - mean) / deviation
    generator = torch.Generator().manual_seed(options.seed)
    batches = len(x) // options.batch
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, options.epochs * batches)
    kept = {"model": model, "optimizer": optimizer, "schedule": schedule}
    first = 0
    if options.checkpoint and options.checkpoint.exists():
        state = torch.load(options.checkpoint, weights_only=True)
        first = state["epoch"]
        for name, part in kept.items():
            part.load_state_dict(state[name])
        generator.set_state(state["generator"])
        torch.set_rng_state(state["dropout"])
    for epoch in range(first, options.epochs):
        start, order = time.perf_counter(), torch.randperm(len(x), generator=generator)
        for batch in range(batches):
            chosen = order[batch * options.batch:(batch + 1) * options.batch]
            learn(model, optimizer, augment(x[chosen], generator).contiguous(memory_format=layout), y[chosen], options.bf16)
            schedule.step()
        seconds = time.perf_counter() - start
        model.eval()
        with torch.no_grad():
            right = sum((model(tests[at:at + 500].contiguous(memory_format=layout)).argmax(1) == labels[at:at + 500]).sum().item()
                        for at in range(0, len(tests), 500))
        print(f"epoch {epoch + 1}: {seconds:.1f} s, test accuracy {right / len(tests):.4f}", flush=True)
        if options.checkpoint:
            state = {name: part.state_dict() for name, part in kept.items()}
            state |= {"epoch": epoch + 1, "generator": generator.get_state(), "dropout": torch.get_rng_state()}
            written = options.checkpoint.with_suffix(".new")
            torch.save(state, written)
            written.replace(options.checkpoint)


if __name__ == "__main__":
    main()
