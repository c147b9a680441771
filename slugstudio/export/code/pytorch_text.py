"""The parts of a program for PyTorch that are the same for every network, but for what stands between @ signs."""

HEAD = '''
"""A network made with Slugstudio, for PyTorch.

    python @FILE@.py predict samples.csv -o answers.csv
    python @FILE@.py train samples.npz --epochs 5
    torchrun --nproc-per-node 2 @FILE@.py train samples.npz --epochs 5

It needs torch, numpy and safetensors. The weights lie beside this file, under its name with the ending .safetensors.
Samples are raw: what is done to them before a network sees them is a part of this one. A CSV file has one sample a row,
an NPZ file the array X, of the shape @SAMPLES@,
and to learn from y, a label or a row of numbers for each.
"""

from __future__ import annotations

import argparse
import csv
import io
@IMPORTS@
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

WEIGHTS = Path(__file__).with_suffix(".safetensors")
'''

NOISE = '''
class GaussianNoise(nn.Module):
    """Adds noise while training."""

    def __init__(self, sigma: float) -> None:
        super().__init__()
        self.sigma = sigma

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.sigma * torch.randn_like(x) if self.training else x
'''

MEAN_POOL = '''
def mean_pool(
    x: torch.Tensor, size: tuple[int, int], stride: tuple[int, int], edges: tuple[int, int, int, int]
) -> torch.Tensor:
    """Return the mean of each block, of its values that lie in the image; edges are left, right, top, bottom."""
    there = F.avg_pool2d(F.pad(torch.ones_like(x[:1, :1]), edges), size, stride)
    return F.avg_pool2d(F.pad(x, edges), size, stride) / there
'''

ROWS_OF = '''
def rows_of(answers: torch.Tensor, outputs: torch.Tensor) -> torch.Tensor:
    """Return labels of shape (n,) as rows of as many numbers as there are outputs; rows stay as they are."""
    if answers.ndim == 1 and outputs.shape[1] > 1:
        return F.one_hot(answers, outputs.shape[1]).to(outputs.dtype)
    return answers.to(outputs.dtype).reshape(outputs.shape)
'''

RMSPROP = '''
class RMSProp(torch.optim.Optimizer):
    """With epsilon inside the root, as in Slugstudio and Keras; that of PyTorch has it outside."""

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, rho: float, epsilon: float) -> None:
        super().__init__(parameters, {"lr": lr, "rho": rho, "epsilon": epsilon})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for parameter in group["params"]:
                state, gradient = self.state[parameter], parameter.grad
                mean_square = state.setdefault("mean_square", torch.zeros_like(parameter))
                mean_square.mul_(group["rho"]).addcmul_(gradient, gradient, value=1 - group["rho"])
                parameter.addcdiv_(gradient, (mean_square + group["epsilon"]).sqrt(), value=-group["lr"])
'''

SHORTEN = '''
def shorten(weight: torch.Tensor, limit: float, axis: int) -> None:
    """Shorten the weights of each unit, which lie along an axis, to a limit."""
    others = [each for each in range(weight.ndim) if each != axis]
    lengths = torch.linalg.vector_norm(weight, dim=others, keepdim=True)
    weight.mul_(limit / lengths.clamp(min=limit))
'''

USE = '''
def load(path: Path = WEIGHTS) -> tuple[Net, dict[str, str]]:
    """Return the network with its weights, and what is noted beside them."""
    if not path.is_file():
        sys.exit(f"{path}: expected the weights here, under the name of the program; there is no such file.")
    net = Net()
    net.load_state_dict(load_file(path))
    with safe_open(path, "pt") as file:
        return net, file.metadata() or {}


def predict(data: Path, output: Path | None) -> None:
    """Write what the network makes of each sample."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    net = load()[0].to(device).eval()
    samples = torch.from_numpy(read_samples(data, INPUT_SHAPE))
    with torch.no_grad():
        outputs = torch.cat([net.predict(part.to(device)).cpu() for part in samples.split(256)])
    write_answers(output, outputs.numpy(), CLASSES, threshold=@THRESHOLD@)


def read_answers(path: Path, n: int) -> torch.Tensor:
    """Return y of an NPZ file: labels of shape (n,), or rows of numbers."""
    if path.suffix.lower() != ".npz":
        sys.exit(f"{path}: expected an NPZ file with the arrays X and y.")
    with np.load(path, allow_pickle=False) as arrays:
        answers = arrays["y"] if "y" in arrays else np.zeros(0)
    if len(answers) != n or not np.issubdtype(answers.dtype, np.number):
        sys.exit(f"{path}: expected an array y with a number for each of the {n} samples, found {len(answers)}.")
    labels = answers.ndim == 1 and bool((answers == answers.round()).all())
    if labels and not 0 <= answers.min() <= answers.max() < len(CLASSES):
        sys.exit(f"{path}: expected labels from 0 to {len(CLASSES) - 1}, found {answers.min()} to {answers.max()}.")
    if not labels and answers.size != n * @OUTPUTS@:
        sys.exit(f"{path}: expected labels, or rows of @OUTPUTS@ numbers, found the shape {answers.shape}.")
    return torch.from_numpy(answers.astype(np.int64 if labels else np.float32))


def n_correct(outputs: torch.Tensor, answers: torch.Tensor) -> int:
    """Return how many samples of a batch have the right class."""
    if outputs.shape[1] == 1:
        return int(((outputs[:, 0] > @SUMS_THRESHOLD@) == (answers.reshape(-1) > 0.5)).sum())
    labels = answers if answers.ndim == 1 else answers.argmax(dim=1)
    return int((outputs.argmax(dim=1) == labels).sum())
'''

LEARN = '''
def learn(
    net: nn.Module,
    samples: torch.Tensor,
    answers: torch.Tensor,
    optimizer: torch.optim.Optimizer,
    step: int,
    share: float = 1.0,
) -> tuple[float, torch.Tensor]:
    """Take a step, counted from 0, along the gradient of a batch; return the mean loss and the outputs before it."""
    outputs = net(samples)
    loss = loss_of(outputs, answers)
    optimizer.zero_grad()
@STEP@
    return loss.item(), outputs.detach()
'''

TRAIN = '''
def train(data: Path, epochs: int, output: Path) -> None:
    """Go on training, and save the weights.

    Under torchrun this is one of several processes, maybe on several machines: each learns from its share of a batch,
    and all take every step together, so that a batch is as large as without.
@LEFT_OUT@
    """
    rank, n_processes = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    device = torch.device(f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if torch.cuda.is_available() else "cpu")
    samples = torch.from_numpy(read_samples(data, INPUT_SHAPE))
    answers = read_answers(data, len(samples))
    fewest = n_processes * SMALLEST
    if min(BATCH_SIZE, len(samples)) < fewest:
        sys.exit(f"expected batches of {fewest} samples or more for {n_processes} processes; start fewer of them.")
    net, notes = load()
    net.to(device).train()
    module: nn.Module = net
    if n_processes > 1:
        torch.distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
        module = nn.parallel.DistributedDataParallel(net)
    optimizer, step = make_optimizer(net), int(notes.get("step", "0"))
    torch.manual_seed(SEED + rank)  # what is dropped differs between the processes
    for epoch in range(1, epochs + 1):
        order = torch.randperm(len(samples), generator=torch.Generator().manual_seed(SEED + step))
        seen = torch.zeros(3, device=device)  # loss, correct, samples
        for batch in order.split(BATCH_SIZE):
            if len(batch) < fewest:
                continue  # a last batch that is too small for all processes
            rows = batch[rank::n_processes]
            wanted = answers[rows].to(device)
            share = len(rows) * n_processes / len(batch)  # the processes' gradients are averaged
            loss, outputs = learn(module, samples[rows].to(device), wanted, optimizer, step, share)
            seen += torch.tensor([loss * len(rows), n_correct(outputs, wanted), len(rows)], device=device)
            step += 1
        if n_processes > 1:
            torch.distributed.all_reduce(seen)
        if rank == 0:
            print(f"epoch {epoch}: loss {seen[0] / seen[2]:.6f}, accuracy {seen[1] / seen[2]:.4f}", flush=True)
    if rank == 0:
        unfinished = output.with_name(f"{output.name}.part")
        save_file(net.state_dict(), unfinished, {**notes, "step": str(step)})
        unfinished.replace(output)
    if n_processes > 1:
        torch.distributed.barrier()  # that no process ends before the weights are there
        torch.distributed.destroy_process_group()
'''

MAIN = '''
def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(description="A network made with Slugstudio.")
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("predict", help="write what the network makes of samples")
    sub.add_argument("data", type=Path, help="a CSV or NPZ file of raw samples")
    sub.add_argument("-o", "--output", type=Path, help="the CSV file to write; by default the terminal")
    sub = commands.add_parser("train", help="go on training with samples and their answers; saves the weights")
    sub.add_argument("data", type=Path, help="an NPZ file with X and y")
    sub.add_argument("--epochs", type=int, default=EPOCHS, help="how often each sample is seen; by default %(default)s")
    sub.add_argument("-o", "--output", type=Path, default=WEIGHTS, help="the weights to write; by default those beside")
    options = parser.parse_args()
    if not options.data.is_file():
        sys.exit(f"{options.data}: there is no such file.")
    if options.output and not options.output.absolute().parent.is_dir():
        sys.exit(f"{options.output}: there is no such folder.")
    if options.command == "predict":
        predict(options.data, options.output)
    else:
        train(options.data, options.epochs, options.output)
        if "WORLD_SIZE" in os.environ:
            os._exit(0)  # threads of PyTorch may run still, over which an ordinary end now and then is an abort


if __name__ == "__main__":
    main()
'''
