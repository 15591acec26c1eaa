//! What the attributes of Gesta generate: tokens in, tokens out.
