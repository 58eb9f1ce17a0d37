//! The tensors of `model.safetensors`, with their types and shapes checked. The file may lie at any
//! address (it may be part of the binary), so nothing is read as if it were aligned.

use safetensors::tensor::{Dtype, SafeTensors};

use super::ModelError;

/// An open file of tensors.
#[derive(Debug)]
pub struct Weights<'a>(SafeTensors<'a>);

impl<'a> Weights<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// Where the bytes are no safetensors file.
    pub fn new(bytes: &'a [u8]) -> Result<Self, ModelError> {
        SafeTensors::deserialize(bytes).map(Self).map_err(|e| ModelError::Weights(e.to_string()))
    }

    fn bytes(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&'a [u8], ModelError> {
        let info =
            self.0.tensor(name).map_err(|_| ModelError::Weights(format!("tensor {name} is missing")))?;
        if info.dtype() != dtype || info.shape() != shape {
            return Err(ModelError::Weights(format!(
                "tensor {name} is {:?} {:?}, expected {dtype:?} {shape:?}",
                info.dtype(),
                info.shape()
            )));
        }
        Ok(info.data())
    }

    /// The names of all tensors, in alphabetical order.
    pub fn names(&self) -> Vec<&str> {
        let mut names = self.0.names();
        names.sort_unstable();
        names
    }

    /// The values of a tensor in 32-bit floating point, an 8-bit matrix times its scales.
    ///
    /// # Errors
    /// Where the tensor is missing or of another shape.
    pub fn dense(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let is_int8 = self.0.tensor(name).is_ok_and(|t| t.dtype() == Dtype::I8);
        let (&[rows, columns], true) = (shape, is_int8) else { return self.float(name, shape) };
        let scales = self.float(&format!("{name}_scale"), &[rows])?;
        let bytes = self.int8(name, rows, columns)?;
        let row = |(row, scale): (&'a [u8], f32)| row.iter().map(move |&w| f32::from(w as i8) * scale);
        Ok(bytes.chunks_exact(columns.max(1)).zip(scales).flat_map(row).collect())
    }

    /// The bytes of an 8-bit matrix, row by row.
    ///
    /// # Errors
    /// Where the tensor is missing or of another type or shape.
    pub fn int8(&self, name: &str, rows: usize, columns: usize) -> Result<&'a [u8], ModelError> {
        self.bytes(name, Dtype::I8, &[rows, columns])
    }

    /// The values of a 32-bit floating-point tensor.
    ///
    /// # Errors
    /// Where the tensor is missing, of another type or shape, or holds what is no number.
    pub fn float(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let bytes = self.bytes(name, Dtype::F32, shape)?;
        let values: Vec<f32> = bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
        if values.iter().all(|v| v.is_finite()) {
            Ok(values)
        } else {
            Err(ModelError::Weights(format!("tensor {name} holds a value that is no finite number")))
        }
    }
}
