<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" sourcelanguage="en">
    <context>
        <name>slugstudio</name>
        <message>
            <source>&amp;Edit</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>&amp;Training</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>1 layer and the data are selected. Select one to change it.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>1 problem</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>1,797 handwritten digits of 43 people, as images of 8 by 8 with values from 0 to 16.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>100 samples of the data and what the network makes of them, as NAME.vectors.npz.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>6,000 pictures of clothes, 600 of each of ten kinds, as images of 28 by 28 with values from 0 to 255.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>70,000 handwritten digits, as images of 28 by 28 with values from 0 to 255; has to be downloaded once.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>A circle within a circle: a closed boundary has to be found.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>A network can be exported once the stack works.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>A program as one writes it by hand with our own engine's `Model`, its weights beside it.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>A readable program for Keras 3 on any of its backends, its weights beside it: it predicts.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>A readable program for PyTorch, its weights beside it: it predicts, and goes on training, also by ``torchrun``.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>A smooth ReLU, positive everywhere (Dugas et al., 2001; Deep Learning, equation 3.31).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>About Slugstudio</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>About how much memory training takes at this batch size: samples, weights, gradients, layer outputs.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Accuracy</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Activate</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Activation</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Activation of the sum</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>AdaGrad</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Adam</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Adam that also shrinks every weight a little, apart from the gradient (Loshchilov and Hutter, 2019, algorithm 2).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Adam whose mean looks ahead by one step, as Nesterov's momentum does (Dozat, 2016, algorithm 2).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>AdamW</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Add</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Add a layer</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Add a layer here</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Add a layer here (Ins adds one below the selected layer)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Add a layer inside</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Add an output layer: Dense of {units}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Add layer…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Add the activation {activation}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Add to the {value1}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Adds its input to what a stack of layers makes of it, so that they only learn what has to change.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Adds noise to each value of a sample, an image or not.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Adds noise to each value while training, so that no detail can be learned by heart.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>After how many epochs without an improvement the training ends.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>After how many steps.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>All layers keep what they have learned. Change one, and here stands what fits.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>All layers that have weights are frozen; thaw one to train it.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>All weights as float32 arrays in one ``.npz``, which ``numpy.load`` opens: ``dense_1/weight``.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>All weights as float32 arrays in one ``.safetensors``, by the layers' names: ``dense_1/weight``.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>All {done} epochs are done. Train longer, or Reset to begin anew.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Among how many answers the right one has to be.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Another program, where one is installed, computes with what is written and must find the same.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Answer of the network</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Answers k</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Appearance</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Applies a function to each value: for where something stands between the sums and their activation.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Arms</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Augmentation</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Back to the default ({keys})</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Balance the classes</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Batch normalisation</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Batch size</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Begin anew</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Begin with a network that works, and change it as you like.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Beginning</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Below the selected layer, one that passes on what it gets: the network is deeper and answers as before.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Bias</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Binary cross entropy</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Block</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Both at once, also called elastic net (Zou and Hastie, 2005).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Brings all values of a sample to mean 0 and variance 1, then to a scale that it learns.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Brings each channel to 0 to 1 by its smallest and largest value in the training part.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Brings each feature to mean 0 and variance 1 over the batch, then to a scale that it learns.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Build</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Build a network, press Play, and watch it learn. Everything stays on this computer. MIT licence; Qt and PySide6 are under the LGPL, the other parts under licences like MIT and BSD.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>By how much lengths are multiplied.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>By how much negative values are multiplied.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>By how much the loss has to fall to count as an improvement.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>By which share of its size at most; 0.1: from 90 % to 110 %.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>By which share of the learning rate weights shrink.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Canvas</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Changed since it was trained: Play goes on with the weights that fit</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Choose a layer</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Choose a layer by its name and put it below the selected one.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Circles</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Classes</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Clip gradient</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Clip gradient's length</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Close the studio.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Clusters</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Code</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Code of the network</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Colours from {MINUS}{end}, orange, by way of 0 to +{end}, blue</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Connects every input with every unit.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Constant</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Constraint</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Convolution</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Copy</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Copy all of the code; File &gt; Export writes it with the weights.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Copy all of them.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Copy the details</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Copy the selected layers, as text that can be read.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Copy the versions, to send them with a question.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Cosine decay</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Covers a rectangle in some of the images with the image's mean (random erasing: Zhong et al., 2020).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Cut</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Dark</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Data</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Data choice</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Data set</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Decay</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Decision boundary</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Delete</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Delete the Flatten before it</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Delete the selected layers.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Delete {layer}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Dense</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Depth α</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Details</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Digits</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Dilation</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Disable</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Disabled</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Discard</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Dismiss this message</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Dismiss this message. (Esc)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Distance δ</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Divides each step by the recent size of its gradient (Hinton, 2012; Deep Learning, algorithm 8.5).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Divides each step by the size of all its gradients so far (Duchi et al., 2011; Deep Learning, algorithm 8.4).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Do the undone edit again.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Double the units or kernels of the selected layer; the trained network answers as before (Net2Net).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Downloading {title}…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Drawing of the stack</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Draws a random rotation, which changes no length: signals keep their size in deep stacks (Saxe et al., 2013).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Draws evenly from a fixed interval around zero.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Draws evenly so that signals keep their size both forward and backward (Glorot and Bengio, 2010, eq. 16).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Draws evenly so that signals keep their size through ReLU (He et al., 2015, eq. 10).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Draws evenly so that sums keep the size of the inputs (LeCun et al., 1998, *Efficient BackProp*, eq. 16).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Draws from a normal distribution of fixed spread around zero.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Draws normally so that signals keep their size both forward and backward (Glorot and Bengio, 2010, eq. 12).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Draws normally so that signals keep their size through ReLU (He et al., 2015, eq. 10).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Draws normally so that sums keep the size of the inputs (LeCun et al., 1998, *Efficient BackProp*, eq. 16).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Drop a layer here, or type its name</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Dropout</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Dropout rate p</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Duplicate</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>ELU</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Each kernel has a part for every map that comes in. One map is shown at a time: a mean over all of them would show patterns that no part has.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Each value of the gradient is cut to at most this size; 0 and below switch it off.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Each weight costs half its square, also called weight decay: no weight grows without need.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Each weight costs its size: those that help little become exactly zero (Deep Learning, section 7.1.2).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Early stopping</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Empty the search and show everything again (Esc)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Enable</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>End the training and keep what was learned.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Ends the training when the validation loss no longer falls.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Epochs</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Epsilon</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Erase</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Error</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Every</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Every key, found by what it does.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Everything: the stack above, what is happening below.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Exponential decay</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Export</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Export…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>F1</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Factor γ</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Fashion</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Find a layer by its name or by what it does; Enter adds it, F1 shows what it does.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Find a layer by its name; Enter adds it. (Ins)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>First weights from {n} units to {n}: {low} to {high}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Fixes every random choice: the same seed gives the same numbers.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Fixes which samples go to validation.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Flatten</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Flatten to one vector</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Flatten to {axes} axes needs at least {least} axes a sample, received {received}; set the remaining axes to 2.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Flip</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Float {pane}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Follows the mean of recent gradients, divided by their recent size (Kingma and Ba, 2015, algorithm 1).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>For classes without probabilities: each output should be on its side of zero by a margin of 1.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>For numbers with outliers: a square near the target, a straight line further away (Huber, 1964).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>For numbers with outliers: the distance, which leads to the median (Deep Learning, section 6.2.1.2).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>For numbers: the square of the distance, which leads to the mean (Deep Learning, section 6.2.1.2).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>For one class out of several: the surprise at the true class (Deep Learning, section 6.2.2.3).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>For which library the code is written.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>For yes-or-no targets: one probability for each output (Deep Learning, section 6.2.2.2).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Forget what was learned and begin again.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Forget what {layer} has learned; undo brings it back.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Freeze</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>From logits</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Frozen</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>GELU</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Gain</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Gaussian clusters: straight boundaries suffice, and where they overlap nothing does better.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Gaussian noise</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Give the selected layer another name.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Gives each channel a mean of 0 and a variance of 1 over the training part.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Gives the values of a sample another shape, such as a vector that of an image; their order stays.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Global mean pooling</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Glorot normal</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Glorot uniform</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Go back</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Go back and change nothing. (Esc)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Go back to the best epoch</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Go back, or forward again, to a step: click it, or press Enter.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Go on to the next pane with the keyboard.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Go on with</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Go on with the project that is open. (Esc)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Go on with the project. (Esc)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Go to where this is decided (Enter). Arrow keys go to other problems, Tab to the fixes.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Groups</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Half the width of the interval.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>He normal</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>He uniform</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Height and width of each block.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Height and width of each kernel.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Height and width of the block of each value.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Hide {pane}; the View menu shows it again</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Highest rate</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Hinge</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>History</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How a `Model` judges and tells while it learns.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How a network is trained.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How far a kernel moves at each step.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How far apart neighbouring values are stamped: how many times larger the image becomes.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How far apart the values are that neighbouring weights see; 1: side by side.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How far at most, to either side.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How far at most, up or down, and to the sides.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How far below zero the output goes at most.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How far each step goes.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How far one block lies from the next; left empty, they touch.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How fast the learning rate falls: at step t it is divided by 1 + decay × t.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How fast the memory of the mean grows to its full length.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How likely a part of an image is covered.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How likely left and right change places.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How likely top and bottom change places.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How long each rate is kept.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How long past gradients are remembered.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How long the last epoch took.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How long the rate rises.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How long the sizes of past gradients are remembered.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How long they may be.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How many classes there are.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How many clusters, each a class of its own.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How many kernels: each gives one feature map.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How many kernels: each gives one map.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How many points are generated, evenly over the classes.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How many samples each step looks at.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How many spirals, each a class of its own.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How many threads share each large matrix product of dense layers. Two are quicker where layers and batches are large and nothing else needs the processor; last digits may differ from those of one.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How many values leave the layer.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How much it counts beside the loss.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How much of the last step's velocity is kept.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How much the running mean and variance follow each batch; 0: never.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How much the sizes count.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How much the squares count.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How often each arm winds round the middle; more is harder.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How often every training sample is seen, in total.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How strong the noise is: its standard deviation, in the values that the network receives.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How strong the noise is: its standard deviation.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How the gradient changes the weights.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How the kernels begin.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How the learning rate changes as training goes on, besides the decay.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How the samples change, one after the other, each time they are learned from.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>How the weights begin.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Huber</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Import</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Import weights from {name}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Import weights…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Import {value1} arrays</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Initialisation</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Input</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Input map</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Insert Flatten before it</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Insert GlobalMeanPooling before it</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Insert Reshape to {shape} before it</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Insert an identity layer</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Insert an identity layer below</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Inshape</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Into how many parts channels and kernels are cut, each seeing only its own; as many as channels: one by one (depthwise).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>It is told once the stack works, or while it trains; very large networks are not tried out.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>It shows after the next epoch.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Its first of two values, the second being 0</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keep</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keep the function</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keep the learning rate constant</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keep training from changing the weights of the selected layers.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keeps the division finite.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keeps the division finite; it stands inside the root.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keeps the division finite; it stands outside the root.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keeps what is positive and bends the rest smoothly towards a lowest value (Clevert et al., 2016).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keeps what is positive and sets the rest to zero (Nair and Hinton, 2010).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keeps what is positive and shrinks the rest, so that no unit stops learning (Maas et al., 2013).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keras program</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Kernel</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Kernels</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Kernels, answers and the boundary, as large as possible.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keys</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Keys…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>L1</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>L1 and L2</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>L2</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Label smoothing</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Language of the code</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Larger type, for a room that looks on.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Later</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Layer normalisation</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Layer to add</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Layer {place} of the clipboard: {reason}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Layers</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Layers inside</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Layers that can be added here</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Layers to add</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Lays the values of a sample out in one row, so that Dense can take them.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>LeCun normal</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>LeCun uniform</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Leaky ReLU</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Learn</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Learning rate</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Learning rate over {n} steps: {first} to {last}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Learning rate: {reason}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Least improvement</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Leaves every value as it is: the layer stays linear.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Leaves the learning rate as it is.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Leaves the values as they are.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Let nothing move that need not.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Let the layers inside keep the shape</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Let the network do without the selected layers.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Let the network have the selected layers again.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Let training change the weights of the selected layers.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Lets a value through by its own sigmoid, also called Swish (Elfwing et al., 2018; Ramachandran et al., 2017).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Light</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Limit c</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Log interval</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Look inside</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Loss</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Lowers the learning rate a little at every step.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Lowers the learning rate by the same factor again and again, and keeps it in between.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Lowers the learning rate slowly, then faster, then slowly again (Loshchilov and Hutter, 2017, equation 5).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Lowest rate</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Lowest share</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>MAE</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>MNIST</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Made up</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Make {layers} narrower</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Makes an image larger: each value becomes a block of equal ones (nearest neighbour).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Makes what an image shows larger or smaller, about its centre and alike in height and width.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Max norm</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Max pooling</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Mean absolute error</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Mean pooling</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Mean squared error</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Memory β₁</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Memory β₂</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Memory ρ</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Metric of the plot</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Metrics</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Mirrors some of the images, left to right, top to bottom, or both.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Momentum</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Momentum decay ψ</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Momentum μ</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>More</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Move down</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Move it before {layer}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Move the selected layers one place down.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Move the selected layers one place up.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Move up</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Move {what} down (Alt+Down)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Move {what} up (Alt+Up)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Moves an image by some whole pixels down, up and to the sides; what was at the edge fills the gap.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Nadam</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Name of the layer</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Negative slope</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Nesterov</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Never saved to a file</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>New project</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>New units become copies of old ones, so that the network answers just as before (Net2Net).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>New…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Next pane</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>No layers yet: drag one here from the palette.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>No problems</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>No problems. Press Play (F5).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>No template says all of that. Clear the search to see them all.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>No weight is negative: inputs can only add up, which makes parts of a whole (Lee and Seung, 1999).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Noise</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Non-negative</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>None</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>None (linear)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Normal</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Normalise</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Nothing fits</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Nothing has that in its name or description.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Nothing is being trained.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Nothing was learned yet that could be kept; train first.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>NumPy program</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>NumPy weights</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>ONNX model</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Off</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Offer what mends the selected layer.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Once the network has learned something, here stands what it keeps when you change its layers.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>One</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>One readable program that predicts, and needs nothing but numpy: its weights stand in it, as base64.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Only {left} MB of memory are left. Pause and save; then choose smaller batches or close other programs.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Open</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Open a project from a file.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Open recent</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Open the log's folder</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Open {name}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Open…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Optimizer</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Orthogonal</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Over</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Padding</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Panes</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Paste</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Patience</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Pause</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Pause at the end of this batch.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Penalty</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Picture of the stack</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Play</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Play goes on with these weights. Choose otherwise where you like:</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Points</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Precision</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Preprocessing</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Presentation</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Print every so many epochs.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Probabilities below this count as this, so that no logarithm is infinite.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Probability</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Probability left to right</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Probability top to bottom</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Problems</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Progress</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Progress of the training</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Project {name}, {said}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Projection</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Projects that you save are shown here.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Properties</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Put a copy of the selected layers below them.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Put a layer below the selected one that passes on what it gets; the trained network answers as before.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Put the copied layers below the selection.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Put the panes of this layout back where they belong.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Put {pane} back into the window</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>PyTorch program</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Quick fix…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Quit</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>RMSE</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>RMSProp</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Raises the learning rate evenly from almost nothing, then follows another schedule (Goyal et al., 2017).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Random values of a chosen shape, with random labels: to try shapes and speed, or to hold a network's place.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>ReLU</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Ready to train for {epochs} epochs</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Recall</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Recovered work</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Recovered work…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Redo</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Reduce motion</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Regularise</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Remaining axes</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Remove {what}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Rename</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Reporting</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Reset</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Reset layout</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Reset {field}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Reshape</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Reshape to {shape}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Reshape to {shape} needs {wanted:,} values, received {received}, which are {arrive:,}; change the shape, or the layer before it.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Residual</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Rotate</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Rotation</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>R²</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>SGD</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Safetensors weights</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Same as the system</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Save</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Save a copy…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Save the project under another name.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Save the project with everything it has learned.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Scale</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Schedule</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Search keys</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Search layers</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Search the templates</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Search, such as digits or batch normalisation</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Seed</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Seed of the split</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Select a Dense, or a Convolution without groups.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Select a layer first.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Select a layer of a trained network first.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Select a layer or the data to see and change what it is made of.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Select all layers</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Select all layers of the stack.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Select one layer first.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Set the activation to {activation}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Set the batch size to {size:,}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Sets each value to zero with probability p while training, and scales the others up.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Sets whole feature maps to zero with probability p while training, and scales the others up.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Several values: {values}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Shape</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Shape of the input.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Share</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Share of height and width</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Shift</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Show all</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Show or hide this group (Enter, or Left and Right)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Show or hide what is seldom changed.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Show the keys that have these words.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Show the problems and select the first layer that has one.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Show the templates that say all of these words. Enter begins with the first.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Show what the trained network keeps of its weights.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Shrinks an image: each block becomes the largest of its values.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Shrinks an image: each block becomes the mean of its values.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>SiLU</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Sigmoid</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Slides kernels over an image; each answers strongly where its pattern occurs.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Slugstudio ended before this was saved. What you neither open nor discard is offered again.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Slugstudio program</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Softmax</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Softmax categorical cross entropy</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Softplus</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Solid: the function, dashed: its slope</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Some steps are tried out, to tell how long an epoch will take.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Something went wrong that should not</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Spatial dropout</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Spirals</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Spirals that wind round each other: a boundary that only a deep network finds easily.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Spread the schedule over {steps:,} steps</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Squeezes every value between -1 and 1, keeping its sign.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Squeezes every value between 0 and 1: a probability for each unit on its own.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Stack</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Stack of layers</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Stamps kernels onto a larger image, each as strongly as the value that it stands for: for decoders.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Standard deviation of the jitter of each point; the plane shown is about 2 wide.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Standard deviation σ</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Standardise</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Start a new project from a template.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Starts every value at one.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Starts every value at the same number; all units then learn the same, so it suits biases only.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Starts every value at zero; all units then learn the same, so it suits biases only.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Step</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Step decay</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Steps straight down the gradient, with momentum along the sum of past ones (Deep Learning, algorithms 8.1-8.3).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Steps that can be undone or done again</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Stop</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Strength λ</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Strength λ₁</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Strength λ₂</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Stride</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Switch its projection on</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Take the activation from {layer}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Take the last edit back.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Take the selected layers out, to paste them elsewhere.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Take weights of another file into this network.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Take what fits; undo brings the other weights back.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Take {augmentation} out of the augmentation</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Tanh</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Thaw</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Thaw {layer}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The clipboard holds no layers; copy some of a stack first.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The distance from which the loss grows only linearly.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The factor of each lowering.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The function applied to each unit's sum.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The function applied to each value.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The function applied to each value; left out, it is ReLU.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The function applied to the sum.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The gradient as a whole is shortened to at most this length, after its values were cut; 0 and below switch it off (Pascanu et al., 2013).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The harmonic mean of precision and recall, of each class, then the mean over the classes (macro average).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The learning rate never exceeds this.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The learning rate never falls below this.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The learning rate runs down to 0 before the last of {epochs:,} epochs, which learns nothing; give its schedule more steps (all epochs take {steps:,}), or train fewer epochs.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The mean absolute error: how far the outputs are from the targets, in the targets' unit.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The name of the layer, in files and exports too. Type to change it.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The network sees the drawing in {size} pixels.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The number of axes that remain, the batch counted: 2 gives one vector a sample.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The number of inputs.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The number that every value starts at.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The outputs are sums, which the loss turns into probabilities itself: the last layer has no activation.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The palette, the stack and its properties.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The probability that a feature map is set to zero.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The probability that a value is set to zero.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The root of the mean squared error, of each output, then the mean over the outputs: large errors count more.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The same drawing as an image of pixels, two for each of the drawing's.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The same seed gives the same points.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The shape of a sample: channels × height × width.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The shape of each sample: channels × height × width for an image.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The share of a class's samples that are found, the mean over the classes (macro average).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The share of each target that is spread over all answers (Szegedy et al., 2016, section 7).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The share of samples to judge by.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The share of the answers "this class" that are right, the mean over the classes (macro average).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The share of the rate that is left then.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The share of the samples that are classified rightly.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The share of the samples whose class is among the k that the network holds likeliest.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The share of the samples, of each class alike, kept back for validation.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The share of the targets' variance that the outputs explain, of each output, then the mean over the outputs.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The stack as a drawing that stays sharp at any size: each layer with its settings, output and parameters.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The stack is empty; add layers, last a Dense with one unit a class.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The stack whose output is added to the input.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The standard deviation.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The training is done; it took {minutes} min.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The weights into one unit, or of one kernel, are together no longer than a limit.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The whole network in one ``.onnx``, its preprocessing included: from raw samples to what leaves the network.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>The {parameters:,} parameters and what the optimizer remembers of each take {size:,.1f} GiB; a project holds {most} GiB; shrink layers.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Then</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>There is no problem to mend.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Threads for products</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Top-k accuracy</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Train</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Train on one batch and pause.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Train settings</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Train the network.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Train {more} epochs more</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Training</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Training takes about {needed:,.1f} GiB with batches of {batch_size:,} samples, of {there:,.1f} GiB in this computer; make the batch or the layers smaller.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Transposed convolution</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Turns</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Turns an image about its centre, to the left or to the right.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Turns each feature map into its mean: an image of any size becomes a vector with one value a channel.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Turns the sums of one sample into probabilities that add up to 1.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Two classes in opposite quadrants: no straight line tells them apart.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Type a name or what it does; Enter adds it here, F1 shows what it does, Esc closes.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Unchanged</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Undo</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Uniform</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Units</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Upsampling</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Use Dense of {units} units instead</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Use ReLU in all {n}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Use Softmax and categorical cross-entropy</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Use a rate of {rate:g}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Use a {size} kernel</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Use blocks of {size}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Use same padding</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Use {activation} in {layer}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Use {kernels} kernels</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Validation part</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Validation split</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Value</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Versions</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Warmup</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Warning</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Weighs a value by the share of a normal distribution below it, in the tanh form (Hendrycks and Gimpel, 2016).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Weight decay λ</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Weights</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Weights can be imported once the stack works.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Weights of the layer</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Weights: 1 layer changed</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Weights: {n} layers changed</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What a network learns from, what is done to the values, and how much is kept back to judge by.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What an epoch is expected to take on this computer: some steps were tried out.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What an epoch is judged by, besides the loss. Training does not look at it.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What each epoch told, one a line, and beside it what each batch told.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What follows; its steps are counted from the end of the rise.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What happens</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What happens at the edges. valid: nothing is added. same: as much that there is a result for each step of the stride; where it cannot be the same on both sides, one more at the bottom and on the right (ONNX SAME_UPPER).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What happens at the edges. valid: nothing is added. same: as much that there is a result for each step of the stride; where it cannot be the same on both sides, one more at the bottom and on the right (ONNX SAME_UPPER). Or how many zeros are added at top and bottom, and how many on the left and the right.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What is added to the variance, so that values which are all equal do no harm.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What is cut off at the edges. valid: nothing. same: as much that the image becomes exactly stride times as large; where it cannot be the same on both sides, one more at the bottom and on the right.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What is discarded is gone when this window closes.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What is done to the values before the network sees them; measured on the training part only.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What is left of the rate after that many steps.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What is outlined on the right is made of what is outlined on the left.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What large weights add to the loss, so that small ones are preferred; the bias is free.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What mends it</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What of the file fits the network</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What the weights are brought back to after each step; the bias is free.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>What training makes small.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>When nothing improves</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>When the lowest rate is reached; it stays.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Where the samples come from.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Whether each kernel adds a number of its own.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Whether every class counts alike in training, however few samples it has.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Whether the gradient counts as if the next step of momentum was taken.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Whether the input goes through a learned projection before it is added, of 1×1 kernels with the stride that is needed: for layers inside that give another shape than they receive.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Whether the weights of the best epoch come back when the training ends.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Whether to print while training.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Whether training ends before the last epoch when it no longer improves.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Which share of the height, and of the width, is covered at most.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Widen, keeping the function</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Work that was not saved when the program ended.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Write test vectors beside it</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Write the network for other programs.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Writing {name}…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>XOR</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Your project is still open; save a copy of it. The details below tell those who mend it what happened.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Zero</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>Zoom</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>about {time} an epoch</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>about {value1} to train</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>all kept</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>and {n} more</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>begins anew</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>degrees</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>done</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>epochs</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>inshape is {given}, but {received} arrives; leave inshape out or correct it.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>now</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>partly kept</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>px</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>samples</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>seed {seed}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>steps</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>time of an epoch unknown</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>timing an epoch…</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>undone</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>waits for its layer</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{array} {before} → {after}: {kept} kept, {new} new, {cut} cut</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{augmentation} changes images of channels × height × width, but a sample is {received}; take it out of the augmentation, or choose data with images.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{before} → {after} inputs: {kept} kept, {rest} cut</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{before} → {after} inputs: {kept} kept, {rest} new</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{before} → {after} units: {kept} kept, {rest} cut</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{before} → {after} units: {kept} kept, {rest} new</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{error} If you replace it, it stays as {name}~.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{fix} (inside, {layer})</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{fix}; Undo takes it back. (Ctrl+. offers the same)</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{label}, group</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{label}, group, folded</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{label}, {group}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{layer} in {groups} groups needs channels and kernels that {groups} divides, received {channels} channels for {kernels} kernels; change the groups or the kernels.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{layer} needs an image of channels × height × width, received {received}; put it before Flatten and Dense, or choose data with images.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{layer} needs batches of {least} samples or more, but {samples:,} samples in batches of {batch_size:,} leave {smallest} to the last one; choose another batch size.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{layer} went from {before} to {after} and answers as before. For another number, undo, set it in Properties and choose Keep the function under Weights.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{layer}: inside, {inner} (layer {position}): {reason}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{layer}: {what} {size} does not fit its {height}×{width} input; make it smaller, or shrink the image less before it.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n_parameters} parameters</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n_shown} points of the classes {value2}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{note}, values from {MINUS}{end} to +{end}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n} h</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n} layers and the data are selected. Select one to change it.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n} layers are selected, which have no field in common. Select one to change it.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n} layers: what is changed here changes in all of them.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n} min</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n} ms</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n} mult-adds</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n} parameters</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n} problems</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n} s</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{n}B a sample</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{parameters:,} parameters are more than {most:,}, which learn slowly on one computer; shrink layers.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{reason}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{text}: {layer}</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{time} an epoch</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{title} is not on this computer yet: it has to be downloaded once ({download}).</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{title} over the epochs</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{title}. Choose what is drawn; the Training page says what is told.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{value1} Undo brings the others back.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>{what} Undo brings it back.</source>
            <translation type="unfinished"></translation>
        </message>
        <message>
            <source>“{name}” has changes that are not saved.</source>
            <translation type="unfinished"></translation>
        </message>
    </context>
</TS>
