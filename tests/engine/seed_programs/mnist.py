from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.layers import Dense
from slugstudio.engine.loss import SoftmaxCategoricalCrossEntropy as SCCE
from slugstudio.engine.model import Model
from slugstudio.engine.optimizers import RMSProp
from slugstudio.engine.data.mnist import get_mnist
X, y = get_mnist()
model = Model(lr=0.01, n_epoch=3, loss=SCCE(),
metrics=['loss', 'accuracy'],
optimizer=RMSProp())
model.add_layer(Dense(200, inshape=784, activation=ReLU()))
model.add_layer(Dense(10, activation=Softmax()))
model.fit(X, y)
