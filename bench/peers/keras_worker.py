"""Keras on TensorFlow at its best: `model.fit` and compiled functions, with the settings as flags."""

import os
import time

import protocol

flags = protocol.parser()
flags.add_argument("--jit", choices=["on", "off"], required=True)
flags.add_argument("--steps-per-execution", type=int, default=1)
flags.add_argument("--forecast-batch", type=int, default=250)
case = flags.parse_args()

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402

keras.utils.set_random_seed(1)


def build():
    """Dropout between the layers and before the output."""
    stack = [keras.Input((case.window, case.inputs))]
    if case.kind == "mlp":
        stack.append(layers.Flatten())
    for index, width in enumerate(case.layers):
        if case.kind == "mlp":
            stack.append(layers.Dense(width, activation="relu"))
        else:
            kind = {"lstm": layers.LSTM, "gru": layers.GRU, "rnn": layers.SimpleRNN}[case.kind]
            stack.append(kind(width, return_sequences=index + 1 < len(case.layers)))
        stack.append(layers.Dropout(case.dropout))
    return keras.Sequential([*stack, layers.Dense(1)])


model = build()
model.compile(
    # Keras's `global_clipnorm` is the norm of the whole gradient; its `clipnorm` would clip each tensor alone.
    optimizer=keras.optimizers.Adam(1e-3, global_clipnorm=1.0),
    loss="mse",
    jit_compile=case.jit == "on",
    steps_per_execution=case.steps_per_execution,
)
windows, labels = protocol.sample(case)


@tf.function(jit_compile=case.jit == "on")
def outputs_of(x):
    return model(x, training=False)


class Stamps(keras.callbacks.Callback):
    """Seconds between the ends of epochs."""

    def on_train_begin(self, logs=None):
        self.seconds, self.last = [], time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        now = time.perf_counter()
        self.seconds.append(now - self.last)
        self.last = now


def train(count, limit):
    limit = limit or case.samples
    data = tf.data.Dataset.from_tensor_slices((windows[:limit], labels[:limit, None])).cache()
    data = data.shuffle(limit).batch(case.batch).prefetch(tf.data.AUTOTUNE)
    stamps = Stamps()
    # One epoch more, thrown away: each call of `fit` sets its iterator up anew.
    model.fit(data, epochs=count + 1, verbose=0, callbacks=[stamps])
    return stamps.seconds[1:]


def forecast(count, limit):
    starts = range(0, limit or case.samples, case.forecast_batch)
    chunks = [tf.constant(windows[start : start + case.forecast_batch]) for start in starts]
    return protocol.timed(lambda: tf.concat([outputs_of(chunk) for chunk in chunks], 0).numpy(), count)


def latency(count):
    one = tf.constant(windows[:1])
    return protocol.timed(lambda: outputs_of(one).numpy(), count)


protocol.serve(train, forecast, latency)
