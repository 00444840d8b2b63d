"""PyTorch on the network of the Fashion-MNIST recipe: 784-1000-1000-1000-10, ReLU, dropout, batches of 128.

    python3 bench/peers/mlp.py epoch [--threads 1] [--bf16] [--masked DENSITY] [--layers 784-1000-10] [--batch 128] [--samples 60000]
    python3 bench/peers/mlp.py train --data DIR [--threads 2] [--bf16] [--epochs 10] [--learning-rate 0.001] [--seed 1]

"epoch" prints the seconds of the fastest of three epochs on random data, without filling batches. "train" prints a line for each epoch:
test accuracy and the seconds of training so far; DIR holds the IDX files, packed or not. "--masked" multiplies the weights by a mask before
every product and the gradients after it, as masked programs do. Needs PyTorch and NumPy.
"""
import argparse
import gzip
import pathlib
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional


def network(sizes, dropout):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers[:-2])


def masks(model, density, generator):
    """Random masks of the weights: the same share of every layer, the last dense."""
    weights = [layer.weight for layer in model if isinstance(layer, nn.Linear)]
    kept = [(torch.rand(weight.shape, generator=generator) < density).float() for weight in weights[:-1]]
    return list(zip(weights, kept))


def learn(model, optimizer, x, y, bf16, masked):
    optimizer.zero_grad(set_to_none=True)
    with torch.no_grad():
        for weight, mask in masked:
            weight.mul_(mask)
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        loss = functional.cross_entropy(model(x), y)
    loss.backward()
    with torch.no_grad():
        for weight, mask in masked:
            weight.grad.mul_(mask)
    optimizer.step()


def idx(folder, name):
    path = folder / name
    raw = path.read_bytes() if path.exists() else gzip.decompress((folder / (name + ".gz")).read_bytes())
    dimensions = raw[3]
    return numpy.frombuffer(raw, numpy.uint8, offset=4 + 4 * dimensions).reshape(int.from_bytes(raw[4:8], "big"), -1)


def epoch(options, model, sizes):
    optimizer = torch.optim.SGD(model.parameters(), 0.01, 0.9, weight_decay=2e-4)
    generator = torch.Generator().manual_seed(options.seed)
    masked = masks(model, options.masked, generator) if options.masked else []
    x = torch.randn(options.batch, sizes[0], generator=generator)
    y = torch.randint(0, sizes[-1], (options.batch,), generator=generator)
    steps = options.samples // options.batch
    model.train()
    times = []
    for _ in range(4):
        start = time.perf_counter()
        # A tenth of the steps is enough to tell, and what takes a minute would be measured once.
        for _ in range(max(1, steps // 10)):
            learn(model, optimizer, x, y, options.bf16, masked)
        times.append((time.perf_counter() - start) * steps / max(1, steps // 10))
    print(f"{min(times[1:]):.3f}")


def train(options, model):
    x, y = idx(options.data, "train-images-idx3-ubyte"), idx(options.data, "train-labels-idx1-ubyte")
    tests, labels = idx(options.data, "t10k-images-idx3-ubyte"), idx(options.data, "t10k-labels-idx1-ubyte")
    x, tests = (torch.from_numpy(part.astype(numpy.float32)) for part in (x, tests))
    mean, deviation = x.mean(0), x.std(0).clamp(min=1e-6)
    x, tests = (x - mean) / deviation, (tests - mean) / deviation
    y, labels = (torch.from_numpy(part.astype(numpy.int64)).ravel() for part in (y, labels))
    optimizer = torch.optim.AdamW(model.parameters(), options.learning_rate, fused=True)
    generator = torch.Generator().manual_seed(options.seed)
    batches = len(x) // options.batch
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, options.epochs * batches)
    seconds = 0
    for _ in range(options.epochs):
        model.train()
        order = torch.randperm(len(x), generator=generator)
        start = time.perf_counter()
        for batch in range(batches):
            chosen = order[batch * options.batch : (batch + 1) * options.batch]
            learn(model, optimizer, x[chosen], y[chosen], options.bf16, [])
            schedule.step()
        seconds += time.perf_counter() - start
        model.eval()
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=options.bf16):
            accuracy = (model(tests).argmax(1) == labels).float().mean().item()
        print(f"{accuracy:.4f} {seconds:.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["epoch", "train"])
    parser.add_argument("--layers", default="784-1000-1000-1000-10")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--samples", type=int, default=60000)
    parser.add_argument("--dropout", type=float, default=0.3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--masked", type=float)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--learning-rate", type=float, default=0.001)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=pathlib.Path)
    options = parser.parse_args()
    if sys.platform == "linux" and not pathlib.Path("/proc/cpuinfo").exists():
        sys.exit("mlp.py: there is no /proc/cpuinfo; expected /proc to be mounted, or PyTorch does not know the processor")
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    sizes = [int(size) for size in options.layers.split("-")]
    model = network(sizes, options.dropout)
    if options.what == "epoch":
        epoch(options, model, sizes)
    else:
        train(options, model)


if __name__ == "__main__":
    main()
