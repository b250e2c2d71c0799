"""Design files that are wrong, each with the exit status and every line that the command line answers with."""

HEAD = "input: [28, 28, 1]\nlayers:\n"
TOO_DEEP = (
    " The file is nested more than 64 levels deep; a design file stays below 64 levels. "
    "Write the layers out, without nesting or aliases."
)
FILTERS = "error LAM001: d.yaml:3:23 layers[0] 'conv2d' (Conv2D): filters must be an integer >= 1."
WRITE = "Write - Conv2D: {filters: 16, kernel_size: 3}."


def conv(arguments: str) -> str:
    return f"{HEAD}  - Conv2D: {{{arguments}}}\n"


NO_DESIGN = {
    "an empty file": (
        "",
        2,
        [
            (
                "error: d.yaml: The file is empty; a design needs input: and layers:. lamella new "
                "upsampling-autoencoder writes one to begin with."
            )
        ],
    ),
    "only comments": (
        "# nothing\n# here\n",
        2,
        [
            (
                "error: d.yaml: The file is empty; a design needs input: and layers:. lamella new "
                "upsampling-autoencoder writes one to begin with."
            )
        ],
    ),
    "only a document's begin": (
        "---\n",
        2,
        [
            (
                "error: d.yaml: The file is empty; a design needs input: and layers:. lamella new "
                "upsampling-autoencoder writes one to begin with."
            )
        ],
    ),
    "words": (
        "just some words\n",
        2,
        [('error: d.yaml:1:1: A design file must be entries such as input: and layers:. Received "just some words".')],
    ),
    "an open bracket": (
        HEAD + "  - Conv2D: {filters: 16\n",
        2,
        [
            (
                "error: d.yaml:4:1: This is not YAML: the bracket opened in line 3, column 13 is not closed before "
                "this. Close it, or separate its entries with commas."
            )
        ],
    ),
    "the wrong bracket": (
        HEAD + "  - Conv2D: {filters: 16, kernel_size: 3]\n",
        2,
        [
            (
                "error: d.yaml:3:41: This is not YAML: the bracket opened in line 3, column 13 is not closed before "
                "this. Close it, or separate its entries with commas."
            )
        ],
    ),
    "a comma that lacks": (
        conv("filters: 16 kernel_size: 3"),
        2,
        [
            (
                "error: d.yaml:3:37: This is not YAML: the bracket opened in line 3, column 13 is not closed before "
                "this. Close it, or separate its entries with commas."
            )
        ],
    ),
    "a colon that lacks": (
        HEAD + "  - Conv2D\n      filters: 16\n",
        2,
        [
            (
                "error: d.yaml:4:14: This is not YAML: a colon stands where none can. Check the indentation and "
                "whether the line before lacks a colon, or put the text in quotes."
            )
        ],
    ),
    "a duplicate key": (
        "input: [4]\nlayers: [Flatten]\ninput: [3]\n",
        2,
        [('error: d.yaml:3:1: The key "input" stands here a second time; the first is in line 1. Remove one of them.')],
    ),
    "a duplicate argument": (
        conv("filters: 1, kernel_size: 3, filters: 2"),
        2,
        [
            (
                'error: d.yaml:3:42: The key "filters" stands here a second time; the first is in line 3. Remove one '
                "of them."
            )
        ],
    ),
    "a tab": (
        "input: [4]\nlayers:\n\t- Flatten\n",
        2,
        ["error: d.yaml:3:1: This is not YAML: a tab stands where spaces are needed. Indent with spaces."],
    ),
    "two documents": (
        "input: [3]\nlayers: [Flatten]\n---\ninput: [3]\n",
        2,
        ["error: d.yaml:3:1: This is not YAML: a second document begins here. Keep one design in a file."],
    ),
    "a Python object": (
        "input: !!python/object:os.system [3]\nlayers:\n  - !!python/object/apply:os.system [id]\n",
        2,
        [
            (
                "error: d.yaml:1:8: The tag !!python/object:os.system is not read; a design file holds plain data "
                "only. Remove it."
            ),
            (
                "error: d.yaml:3:5: The tag !!python/object/apply:os.system is not read; a design file holds plain "
                "data only. Remove it."
            ),
        ],
    ),
    "an unknown tag": (
        "input: !mine [3]\n",
        2,
        ["error: d.yaml:1:8: The tag !mine is not read; a design file holds plain data only. Remove it."],
    ),
    "a merge key": (
        "a: &a {filters: 1}\nb: {<<: *a}\n",
        2,
        ["error: d.yaml:2:5: The tag << is not read; a design file holds plain data only. Remove it."],
    ),
    "an unknown alias": ("input: *shape\n", 2, ["error: d.yaml:1:8: This is not YAML: found undefined alias 'shape'."]),
    "a key that is a list": (
        conv("[filters, kernel_size]: 1"),
        2,
        ["error: d.yaml:3:14: A key must be one word. Received a list."],
    ),
    "a list at the top": (
        "- Conv2D: {filters: 1}\n",
        2,
        ["error: d.yaml:1:1: A design file must be entries such as input: and layers:. Received a list."],
    ),
    "5,000 open brackets": ("[" * 5000, 2, [f"error: d.yaml:1:66:{TOO_DEEP}"]),
    "5,000 open braces": ("{" * 5000, 2, [f"error: d.yaml:1:66:{TOO_DEEP}"]),
    "5,000 nested mappings": ("input: " + "{a: " * 5000 + "}" * 5000, 2, [f"error: d.yaml:1:261:{TOO_DEEP}"]),
    "5,000 dashes": ("- " * 5000 + "1\n", 2, [f"error: d.yaml:1:131:{TOO_DEEP}"]),
    "an alias of itself": ("input: &a [*a]\n", 2, [f"error: d.yaml:1:8:{TOO_DEEP}"]),
    "NUL": (
        "input: [4]\nlayers:\n  - Fl\0atten\n",
        2,
        [
            (
                "error: d.yaml:3:7: This is not YAML: the character U+0000 can't stand in it. Save the file as text "
                "in UTF-8."
            )
        ],
    ),
    "an escape": (
        "input: [4]\nlayers:\n  - \x1b[31mFlatten\n",
        2,
        [
            (
                "error: d.yaml:3:5: This is not YAML: the character U+001B can't stand in it. Save the file as text "
                "in UTF-8."
            )
        ],
    ),
}
"""What can't be read as a design at all."""

WRONG_DESIGN = {
    "an unknown entry": (
        "input: [4]\nlayer: [Flatten]\nlayers: [Flatten]\n",
        1,
        ['error LAM109: d.yaml:2:1: A design has no entry "layer". Did you mean layers?'],
    ),
    "no layers": (
        "input: [4, 4, 1]\n",
        1,
        [
            (
                "error LAM015: d.yaml: The design has no layers. Add layers:, a list such as - Conv2D: {filters: 16, "
                "kernel_size: 3}."
            )
        ],
    ),
    "empty layers": (
        "input: [4, 4, 1]\nlayers:\n",
        1,
        [
            (
                "error LAM015: d.yaml: The design has no layers. Add layers:, a list such as - Conv2D: {filters: 16, "
                "kernel_size: 3}."
            )
        ],
    ),
    "no input": (
        "layers:\n  - Flatten\n",
        1,
        [("error LAM014: d.yaml: The design has no input. Begin with input: [28, 28, 1], the shape of one image.")],
    ),
    "layers as a mapping": (
        "input: [4, 4, 1]\nlayers:\n  Conv2D: {filters: 1, kernel_size: 1}\n  Flatten: {}\n",
        1,
        [
            (
                "error LAM108: d.yaml:3:3: layers must be a list of layers, each behind a -. Received a mapping with "
                "Conv2D, Flatten."
            )
        ],
    ),
    "layers as a word": (
        "input: [4, 4, 1]\nlayers: Flatten\n",
        1,
        ['error LAM108: d.yaml:2:9: layers must be a list of layers, each behind a -. Received "Flatten".'],
    ),
    "arguments beside the type": (
        HEAD + "  - Conv2D:\n    filters: 16\n    kernel_size: 3\n",
        1,
        [
            (
                "error LAM108: d.yaml:3:5: layers[0] must be one layer type with its arguments. Received a mapping "
                "with Conv2D, filters, kernel_size. Indent the arguments further than Conv2D."
            )
        ],
    ),
    "two layers behind one dash": (
        HEAD + "  - {Flatten: , ReLU: }\n",
        1,
        [
            f"error LAM108: d.yaml:3:5: layers[0] must be one layer type with its arguments. Received a mapping with Flatten, ReLU. {WRITE}",
            "error LAM005: d.yaml:3:6 layers[0] '?' (?): There is no layer \"?\". There is ALL LAYERS.",
        ],
    ),
    "numbers and lists as layers": (
        HEAD + "  - 5\n  - [Conv2D]\n  -\n",
        1,
        [
            f"error LAM108: d.yaml:3:5: layers[0] must be one layer type with its arguments. Received 5. {WRITE}",
            "error LAM005: d.yaml:3:5 layers[0] '?' (?): There is no layer \"?\". There is ALL LAYERS.",
            f"error LAM108: d.yaml:4:5: layers[1] must be one layer type with its arguments. Received a list. {WRITE}",
            "error LAM005: d.yaml:4:5 layers[1] '?_1' (?): There is no layer \"?\". There is ALL LAYERS.",
            f"error LAM108: d.yaml:5:4: layers[2] must be one layer type with its arguments. Received null. {WRITE}",
            "error LAM005: d.yaml:5:4 layers[2] '?_2' (?): There is no layer \"?\". There is ALL LAYERS.",
        ],
    ),
    "an argument without its name": (
        HEAD + "  - Conv2D: 16\n",
        1,
        [
            (
                "error LAM108: d.yaml:3:5: Conv2D must be arguments with their names. Received 16. Write - Conv2D: "
                "{filters: ...}."
            ),
            (
                "error LAM002: d.yaml:3:5 layers[0] 'conv2d' (Conv2D): filters is required: an integer >= 1. Add it, "
                "for example filters: 16."
            ),
            (
                "error LAM002: d.yaml:3:5 layers[0] 'conv2d' (Conv2D): kernel_size is required: 2 integers >= 1. Add "
                "it, for example kernel_size: 3."
            ),
        ],
    ),
    "an unknown layer": (
        HEAD + "  - Conv2d: {filters: 1, kernel_size: 1}\n",
        1,
        [("error LAM005: d.yaml:3:5 layers[0] 'conv2d' (Conv2d): There is no layer \"Conv2d\". Did you mean Conv2D?")],
    ),
    "a layer like no other": (
        HEAD + "  - Xyzzy\n",
        1,
        ["error LAM005: d.yaml:3:5 layers[0] 'xyzzy' (Xyzzy): There is no layer \"Xyzzy\". There is ALL LAYERS."],
    ),
    "a layer's name to fool a terminal": (
        HEAD + '  - "Fl\\e[31matten\\n"\n',
        1,
        [
            (
                "error LAM005: d.yaml:3:5 layers[0] 'fl\\x1b[31matten\\n' (Fl\\x1b[31matten\\n): There is no layer "
                '"Fl\\x1b[31matten\\n". Did you mean Flatten?'
            )
        ],
    ),
    "an unknown argument": (
        conv("filter: 1, kernel_size: 1, filters: 2"),
        1,
        [
            (
                "error LAM003: d.yaml:3:14 layers[0] 'conv2d' (Conv2D): Conv2D has no argument \"filter\". Did you mean"
                " filters?"
            )
        ],
    ),
    "an argument like no other": (
        HEAD + "  - Flatten: {zzz: 1}\n",
        1,
        [
            (
                "error LAM003: d.yaml:3:15 layers[0] 'flatten' (Flatten): Flatten has no argument \"zzz\". There is "
                "data_format, name, dtype, trainable, activity_regularizer."
            )
        ],
    ),
    "a missing argument": (
        conv("filters: 1"),
        1,
        [
            (
                "error LAM002: d.yaml:3:5 layers[0] 'conv2d' (Conv2D): kernel_size is required: 2 integers >= 1. Add "
                "it, for example kernel_size: 3."
            )
        ],
    ),
    "filters 0": (conv("filters: 0, kernel_size: 3"), 1, [f"{FILTERS} Received 0. Try 1."]),
    "filters -1": (conv("filters: -1, kernel_size: 3"), 1, [f"{FILTERS} Received -1. Try 1."]),
    "filters 2.5": (conv("filters: 2.5, kernel_size: 3"), 1, [f"{FILTERS} Received 2.5. Try 2."]),
    "filters 16.0": (conv("filters: 16.0, kernel_size: 3"), 1, [f"{FILTERS} Received 16.0. Try 16."]),
    'filters "8"': (conv('filters: "8", kernel_size: 3'), 1, [f'{FILTERS} Received "8". Try 8.']),
    "filters eight": (conv("filters: eight, kernel_size: 3"), 1, [f'{FILTERS} Received "eight".']),
    "filters true": (conv("filters: true, kernel_size: 3"), 1, [f"{FILTERS} Received true."]),
    "filters null": (conv("filters: null, kernel_size: 3"), 1, [f"{FILTERS} Received null."]),
    "filters [1]": (conv("filters: [1], kernel_size: 3"), 1, [f"{FILTERS} Received (1,)."]),
    "filters {a: 1}": (conv("filters: {a: 1}, kernel_size: 3"), 1, [f"{FILTERS} Received {{a: 1}}."]),
    "filters .inf": (conv("filters: .inf, kernel_size: 3"), 1, [f"{FILTERS} Received inf."]),
    "filters 1__0": (conv("filters: 1__0, kernel_size: 3"), 1, [f'{FILTERS} Received "1__0".']),
    "filters 2024-01-31": (conv("filters: 2024-01-31, kernel_size: 3"), 1, [f'{FILTERS} Received "2024-01-31".']),
    "use_bias: no": (
        conv("filters: 1, kernel_size: 3, use_bias: no"),
        1,
        [
            (
                "error LAM001: d.yaml:3:52 layers[0] 'conv2d' (Conv2D): use_bias must be true or false. Received "
                '"no". Try false.'
            )
        ],
    ),
    "use_bias: 1": (
        conv("filters: 1, kernel_size: 3, use_bias: 1"),
        1,
        ["error LAM001: d.yaml:3:52 layers[0] 'conv2d' (Conv2D): use_bias must be true or false. Received 1."],
    ),
    "padding: sane": (
        conv("filters: 1, kernel_size: 3, padding: sane"),
        1,
        [
            (
                "error LAM001: d.yaml:3:51 layers[0] 'conv2d' (Conv2D): padding must be one of valid, same. Received "
                '"sane". Try "same".'
            )
        ],
    ),
    "activation: rellu": (
        conv("filters: 1, kernel_size: 3, activation: rellu"),
        1,
        [
            (
                "error LAM001: d.yaml:3:54 layers[0] 'conv2d' (Conv2D): activation must be the name of an activation,"
                ' or null. Received "rellu". Try "relu".'
            )
        ],
    ),
    "a kernel of (3, 0)": (
        conv("name: down2, filters: 1, kernel_size: [3, 0]"),
        1,
        [
            (
                "error LAM001: d.yaml:3:52 layers[0] 'down2' (Conv2D): kernel_size must be 2 integers >= 1. Received "
                "(3, 0). Try (3, 3)."
            )
        ],
    ),
    "round brackets": (
        conv("filters: 1, kernel_size: (3, 3)"),
        1,
        [
            (
                'error LAM108: d.yaml:3:39: kernel_size must be a list in square brackets. Received "(3, 3)". Write '
                "[3, 3]."
            )
        ],
    ),
    "a round input": (
        "input: (28, 28, 1)\nlayers: [Flatten]\n",
        1,
        [
            (
                'error LAM108: d.yaml:1:8: input must be a list in square brackets. Received "(28, 28, 1)". Write '
                "[28, 28, 1]."
            )
        ],
    ),
    "a kernel of three": (
        conv("filters: 1, kernel_size: [3, 3, 3]"),
        1,
        [
            (
                "error LAM001: d.yaml:3:39 layers[0] 'conv2d' (Conv2D): kernel_size must be 2 integers >= 1. Received"
                " (3, 3, 3). Try (3, 3)."
            )
        ],
    ),
    "strides and dilation": (
        conv("filters: 1, kernel_size: 3, strides: 2, dilation_rate: 2"),
        1,
        [
            (
                "error LAM006: d.yaml:3:5 layers[0] 'conv2d' (Conv2D): strides and dilation_rate don't go together: "
                "Keras allows only one of them above 1. Received (2, 2), (2, 2). Set one of them to 1."
            )
        ],
    ),
    "groups": (
        conv("filters: 4, kernel_size: 3, groups: 2"),
        1,
        [
            (
                "error LAM023: d.yaml:3:5 layers[0] 'conv2d' (Conv2D): groups 2 must divide the 1 input channels. Use"
                " one of 1."
            )
        ],
    ),
    "filters and groups": (
        conv("filters: 3, kernel_size: 3, groups: 2"),
        1,
        [
            (
                "error LAM006: d.yaml:3:5 layers[0] 'conv2d' (Conv2D): filters and groups don't go together: filters "
                "must be a multiple of groups. Received 3, 2. Try filters 4."
            )
        ],
    ),
    "a kernel larger than its input": (
        conv("filters: 8, kernel_size: 29"),
        1,
        [
            (
                "error LAM021: d.yaml:3:39 layers[0] 'conv2d' (Conv2D): kernel_size (29, 29) reaches over the input, "
                "which is only 28 along the height. Use at most 28, padding: same, or a larger input."
            )
        ],
    ),
    "a sum that does not fit": (
        HEAD + "  - MaxPooling2D: {name: half}\n  - Add: {from: [half, input]}\n",
        1,
        [
            (
                "error LAM024: d.yaml:4:5 layers[1] 'add' (Add): Add can't join 14x14x1, 28x28x1: the sizes along the"
                " height differ, 14, 28. UpSampling2D by 2 brings 14 to 28."
            )
        ],
    ),
    "a concatenation that does not fit": (
        HEAD + "  - Conv2D: {name: less, filters: 1, kernel_size: 3}\n  - Concatenate: {from: [less, input]}\n",
        1,
        [
            (
                "error LAM024: d.yaml:4:5 layers[1] 'concatenate' (Concatenate): Concatenate can't join 26x26x1, "
                "28x28x1: the sizes along the height differ, 26, 28. ZeroPadding2D by 2 in all, or Cropping2D, makes "
                "them equal."
            )
        ],
    ),
    "a target_shape that does not fit": (
        HEAD + "  - Reshape: {target_shape: [28, 27]}\n",
        1,
        [
            (
                "error LAM026: d.yaml:3:5 layers[0] 'reshape' (Reshape): target_shape (28, 27) holds 756 numbers, the"
                " input 28x28x1 holds 784. Put -1 for the size that may follow."
            )
        ],
    ),
    "a cycle of two": (
        HEAD + "  - ReLU: {name: a, from: b}\n  - ReLU: {name: b}\n",
        1,
        [
            (
                "error LAM012: d.yaml:3:5 layers[0] 'a' (ReLU): These layers feed each other in a circle: a, b. Let "
                "one of them take its input from an earlier layer."
            )
        ],
    ),
    "a cycle of three": (
        HEAD + "  - ReLU: {name: a, from: c}\n  - ReLU: {name: b}\n  - ReLU: {name: c}\n  - ReLU: {name: d}\n",
        1,
        [
            (
                "error LAM012: d.yaml:3:5 layers[0] 'a' (ReLU): These layers feed each other in a circle: a, b, c. "
                "Let one of them take its input from an earlier layer."
            )
        ],
    ),
    "a layer that feeds itself": (
        HEAD + "  - ReLU: {name: a, from: a}\n",
        1,
        [
            (
                "error LAM012: d.yaml:3:5 layers[0] 'a' (ReLU): These layers feed each other in a circle: a. Let one "
                "of them take its input from an earlier layer."
            )
        ],
    ),
    "a layer that shares itself": (
        HEAD + "  - ReLU: {name: a, shares: a}\n",
        1,
        [
            (
                "error LAM012: d.yaml:3:5 layers[0] 'a' (ReLU): These layers feed each other in a circle: a. Let one "
                "of them take its input from an earlier layer."
            )
        ],
    ),
    "a dangling name": (
        HEAD + "  - ReLU: {name: first}\n  - ReLU: {name: last, from: frist}\n",
        1,
        [("error LAM011: d.yaml:4:30 layers[1] 'last' (ReLU): There is no layer named \"frist\". Did you mean first?")],
    ),
    "a dangling share": (
        HEAD + "  - Dense: {name: d, units: 2}\n  - Dense: {name: e, units: 2, shares: f}\n",
        1,
        ["error LAM011: d.yaml:4:5 layers[1] 'e' (Dense): There is no layer named \"f\". There is input, d, e."],
    ),
    "a dangling output": (
        HEAD + "  - ReLU: {name: first}\noutputs: frist\n",
        1,
        ['error LAM011: d.yaml: There is no layer named "frist". Did you mean first?'],
    ),
    "a name twice": (
        HEAD + "  - ReLU: {name: a}\n  - Flatten: {name: a}\n",
        1,
        [
            (
                "error LAM010: d.yaml:4:21 layers[1] 'a' (Flatten): The name \"a\" is used by two layers. Rename one; "
                "to use a layer twice, write shares: a."
            )
        ],
    ),
    "from: 5": (
        HEAD + "  - ReLU: {name: a, from: 5}\n",
        1,
        [
            "error LAM108: d.yaml:3:27: from must be a layer's name or a list of them. Received 5. Try '5'.",
            "error LAM011: d.yaml:3:27 layers[0] 'a' (ReLU): There is no layer named \"5\". There is input, a.",
        ],
    ),
    "from: null": (
        HEAD + "  - ReLU: {name: a, from: null}\n",
        1,
        [
            "error LAM108: d.yaml:3:27: from must be a layer's name or a list of them. Received null.",
            "error LAM011: d.yaml:3:27 layers[0] 'a' (ReLU): There is no layer named \"null\". There is input, a.",
        ],
    ),
    "from: []": (
        HEAD + "  - ReLU: {from: []}\n",
        1,
        [
            (
                "error LAM013: d.yaml:3:18 layers[0] 're_lu' (ReLU): ReLU takes 1 input. Received 0. Name its inputs "
                "with from:."
            )
        ],
    ),
    "name: 5": (
        HEAD + "  - ReLU: {name: 5}\n",
        1,
        ["error LAM108: d.yaml:3:18: name must be a name without / or line breaks. Received 5. Try '5'."],
    ),
    "name: a/b": (
        HEAD + "  - ReLU: {name: a/b}\n",
        1,
        ['error LAM108: d.yaml:3:18: name must be a name without / or line breaks. Received "a/b".'],
    ),
    "a sum for one input": (
        HEAD + "  - Flatten: {name: f, from: [input, input]}\n",
        1,
        [
            (
                "error LAM013: d.yaml:3:30 layers[0] 'f' (Flatten): Flatten takes 1 input. Received 2. Name its "
                "inputs with from:."
            )
        ],
    ),
    "pictures without channels": (
        "input: [28, 28]\nlayers:\n  - Conv2D: {filters: 8, kernel_size: 3}\n",
        1,
        [
            (
                "error LAM020: d.yaml:3:5 layers[0] 'conv2d' (Conv2D): Conv2D needs an input of 4 axes (batch, "
                "height, width, channels). Received Bx28x28. Add the channels: [28, 28, 1] rather than [28, 28]."
            )
        ],
    ),
    "input: 28": (
        "input: 28\nlayers:\n  - Dense: {units: 3}\n",
        1,
        [
            (
                "error LAM001: d.yaml:1:8 input 'input' (Input): shape must be a list of integers >= 1 (null where a "
                "size is open). Received 28. Try (28,)."
            )
        ],
    ),
    "a negative size": (
        "input: [-28, 28, 1]\nlayers:\n  - Flatten\n",
        1,
        [
            (
                "error LAM001: d.yaml:1:8 input 'input' (Input): shape must be a list of integers >= 1 (null where a "
                "size is open). Received (-28, 28, 1)."
            )
        ],
    ),
    "a size of 0": (
        "input: [28, 0, 1]\nlayers:\n  - Flatten\n",
        1,
        [
            (
                "error LAM001: d.yaml:1:8 input 'input' (Input): shape must be a list of integers >= 1 (null where a "
                "size is open). Received (28, 0, 1)."
            )
        ],
    ),
    "a size in quotes": (
        'input: [28, "28", 1]\nlayers:\n  - Flatten\n',
        1,
        [
            (
                "error LAM001: d.yaml:1:8 input 'input' (Input): shape must be a list of integers >= 1 (null where a "
                'size is open). Received (28, "28", 1).'
            )
        ],
    ),
    "an input without a shape": (
        "input: {image: [4]}\nlayers:\n  - Flatten\n",
        1,
        [
            (
                "error LAM002: d.yaml:1:8 input 'input' (Input): shape is required: a list of integers >= 1 (null "
                "where a size is open). Add it, for example shape: (28, 28, 1)."
            ),
            (
                "error LAM003: d.yaml:1:9 input 'input' (Input): Input has no argument \"image\". There is shape, "
                "batch_size, name, dtype."
            ),
        ],
    ),
    "input: null": (
        "input:\nlayers:\n  - Flatten\n",
        1,
        [
            (
                "error LAM001: d.yaml:2:1 input 'input' (Input): shape must be a list of integers >= 1 (null where a "
                "size is open). Received null."
            )
        ],
    ),
    "inputs as a list": (
        "inputs: [28, 28, 1]\nlayers:\n  - Flatten\n",
        1,
        ["error LAM108: d.yaml:1:9: inputs must be names with shapes: {image: [28, 28, 1]}. Received a list."],
    ),
    "a batch of 0": (
        "input: {shape: [4], batch_size: 0}\nlayers:\n  - Flatten\n",
        1,
        [
            (
                "error LAM001: d.yaml:1:33 input 'input' (Input): batch_size must be an integer >= 1, or null. "
                "Received 0. Try 1."
            )
        ],
    ),
    "an open size before weights": (
        "input: [null]\nlayers:\n  - Dense: {units: 3}\n",
        1,
        [
            (
                "error LAM029: d.yaml:3:5 layers[0] 'dense' (Dense): Dense has weights and needs to know its number "
                "of input channels. Received Bx?. Give the input a fixed number there."
            )
        ],
    ),
    "sizes of 2^60": (
        "input: [4, 4, 1]\nlayers:\n  - Conv2D: {filters: 1152921504606846976, kernel_size: 1152921504606846976}\n",
        1,
        [
            (
                "error LAM021: d.yaml:3:57 layers[0] 'conv2d' (Conv2D): kernel_size (1152921504606846976, "
                "1152921504606846976) reaches over the input, which is only 4 along the height. Use at most 4, "
                "padding: same, or a larger input."
            )
        ],
    ),
    "expect as a list": (
        "input: [4]\nlayers: [Flatten]\nexpect: [1]\n",
        1,
        ["error LAM108: d.yaml:3:9: expect must be a mapping such as {params: '<= 1000'}. Received a list."],
    ),
}
"""What is read, planned as far as it can be, and reported."""
