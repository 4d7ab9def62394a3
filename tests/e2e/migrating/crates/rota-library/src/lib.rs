/*! Who works when. */

pub mod days;
pub mod rota;
